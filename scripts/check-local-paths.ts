// A path of the author's machine in a file works for nobody else, and says more about that machine than it should.
import { readFile } from 'node:fs/promises';

const PATTERN = /(?:^|[\s'"`(=])(?:\/work\/|\/home\/[a-z]+\/|\/Users\/[A-Za-z]+\/|C:\\\\Users\\\\)/m;

export async function checkLocalPaths(files: readonly string[]): Promise<string[]> {
  const findings: string[] = [];
  for (const file of files) {
    if (!/\.(?:ts|mjs|json|md|ya?ml)$/.test(file) || file === 'pnpm-lock.yaml' || file.startsWith('scripts/check-local-paths')) continue;
    const match = PATTERN.exec(await readFile(file, 'utf8'));
    if (match) findings.push(`${file} names a path of one machine: ${match[0].trim()}`);
  }
  return findings;
}
