// Runs every repository check and fails with all of their findings at once, so that a contributor sees the whole list.
import { checkCopies } from './check-copies.ts';
import { checkFidelity } from './check-fidelity.ts';
import { checkFileSize } from './check-file-size.ts';
import { checkGlossary } from './check-glossary.ts';
import { checkImports } from './check-imports.ts';
import { checkLinks } from './check-links.ts';
import { checkLocalPaths } from './check-local-paths.ts';
import { checkMessages } from './check-messages.ts';
import { checkSnippets } from './check-snippets.ts';
import { checkTests } from './check-tests.ts';
import { checkTranslations } from './check-translations.ts';
import { checkWorkflows } from './check-workflows.ts';
import { listFiles } from './list-files.ts';

const files = await listFiles();
const checks = {
  checkCopies,
  checkFidelity,
  checkFileSize,
  checkGlossary,
  checkImports,
  checkLinks,
  checkLocalPaths,
  checkMessages,
  checkSnippets,
  checkTests,
  checkTranslations,
  checkWorkflows,
};
for (const [name, check] of Object.entries(checks)) {
  for (const finding of await check(files)) {
    process.exitCode = 1;
    console.error(`${name}: ${finding}`);
  }
}
