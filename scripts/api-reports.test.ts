import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { apiReports, writeReport } from './api-reports.ts';

const DECLARATIONS = `import { Zebra, Ant } from "animals";
/** Feeds. */
declare class Keeper {
  #private;
  /**
   * @param what to eat
   */
  feed(what: "/* hay */" | Ant): Promise<Zebra>;
}
//#endregion
export { type Zebra, Keeper };
`;

test('a report shows what is exported, without comments, a name a line', () => {
  expect(writeReport('zoo', DECLARATIONS)).toContain(`\`\`\`ts
import {
  Ant,
  Zebra,
} from "animals";
declare class Keeper {
  #private;
  feed(what: "/* hay */" | Ant): Promise<Zebra>;
}
export {
  Keeper,
  type Zebra,
};
\`\`\``);
});

test('a report is stale when a signature changes and not when a comment does, and --write brings it up to date', async ({
  onTestFinished,
}) => {
  const root = await mkdtemp(join(tmpdir(), 'api-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const declare = async (name: string, text: string) => {
    await mkdir(join(root, 'packages', name, 'dist'), { recursive: true });
    await writeFile(join(root, 'packages', name, 'dist/index.d.mts'), text);
  };
  for (const name of ['deploy', 'emulator', 'identity', 'runtime']) await declare(name, DECLARATIONS);
  expect(await apiReports({ root, write: false })).toHaveLength(4);
  expect(await apiReports({ root, write: true })).toEqual([]);
  expect(await apiReports({ root, write: false })).toEqual([]);

  await declare('identity', DECLARATIONS.replace('Feeds.', 'Feeds animals.'));
  expect(await apiReports({ root, write: false })).toEqual([]);
  await declare('identity', DECLARATIONS.replace('Promise<Zebra>', 'Promise<void>'));
  expect(await apiReports({ root, write: false })).toEqual([expect.stringContaining('packages/identity/api.md')]);
  await apiReports({ root, write: true });
  expect(await readFile(join(root, 'packages/identity/api.md'), 'utf8')).toContain('Promise<void>');
});
