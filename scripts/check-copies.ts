// The pages of a consent look the same whoever serves them, but `emulator` and `identity` are published and may not import each other.
// A third package on npm for one file would cost their users more than a copy that cannot drift.
import { readFile } from 'node:fs/promises';

const COPIES: readonly (readonly [string, string])[] = [['packages/emulator/src/html/page.ts', 'packages/identity/src/consent/page.ts']];

export async function checkCopies(): Promise<string[]> {
  const findings: string[] = [];
  for (const [original, copy] of COPIES) {
    const [one, other] = await Promise.all([original, copy].map((file) => readFile(file, 'utf8')));
    if (one !== other) findings.push(`${copy} differs from ${original}: change both in the same way (cp ${original} ${copy})`);
  }
  return findings;
}
