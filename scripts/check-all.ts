// Runs every repository check and fails with all of their findings at once, so that a contributor sees the whole list.
import { checkFileSize } from './check-file-size.ts';
import { checkImports } from './check-imports.ts';
import { checkLocalPaths } from './check-local-paths.ts';
import { checkTranslations } from './check-translations.ts';
import { listFiles } from './list-files.ts';

const files = await listFiles();
const checks = { checkFileSize, checkImports, checkLocalPaths, checkTranslations };
for (const [name, check] of Object.entries(checks)) {
  for (const finding of await check(files)) {
    process.exitCode = 1;
    console.error(`${name}: ${finding}`);
  }
}
