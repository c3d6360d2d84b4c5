import { readFile } from 'node:fs/promises';

const COMPARISON = /\brequire\.main\s*={2,3}\s*module\b|\bmodule\s*={2,3}\s*require\.main\b/g;

/**
 * A CommonJS entry that starts only `if (require.main === module)`. In a bundle that is an ES module there is no main module to compare with, and the
 * agent would end at once, with status 0. Answers the source with the comparison as what it is for an entry, or undefined where there is none.
 * In a dependency the comparison stays as it is, and is false.
 */
export async function startsItself(entry: string): Promise<string | undefined> {
  const source = await readFile(entry, 'utf8');
  const started = source.replaceAll(COMPARISON, 'true');
  return started === source ? undefined : started;
}
