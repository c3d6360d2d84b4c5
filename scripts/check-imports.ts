// Arrows between packages point one way (ARCHITECTURE.md): a cycle or a shortcut is found here, not in a review a year later.
import { readFile } from 'node:fs/promises';

/** What each part may import of the others. Tests may also use the emulator: it is their AWS. */
const ALLOWED: Record<string, string[]> = {
  identity: [],
  runtime: ['identity'],
  deploy: [],
  emulator: [],
  harness: ['deploy', 'emulator', 'identity'],
  tutorials: ['deploy', 'harness', 'identity', 'runtime'],
};

export async function checkImports(files: readonly string[]): Promise<string[]> {
  const findings: string[] = [];
  for (const file of files) {
    const part = /^packages\/([^/]+)\/src\//.exec(file)?.[1] ?? (file.startsWith('tutorials/') ? 'tutorials' : undefined);
    if (part === undefined || !file.endsWith('.ts') || isTest(file)) continue;
    const text = await readFile(file, 'utf8');
    for (const [, name] of text.matchAll(/from '@agentcore-tutorials\/([a-z-]+)'|import\('@agentcore-tutorials\/([a-z-]+)'\)/g)) {
      if (name !== undefined && !ALLOWED[part]?.includes(name))
        findings.push(`${file} imports ${name}, but ${part} may only import: ${ALLOWED[part]?.join(', ') || 'none of the other packages'}`);
    }
    for (const [, path] of text.matchAll(/from '(\.[^']+)'/g)) {
      if (path !== undefined && !path.endsWith('.ts') && !path.endsWith('.json') && !path.endsWith('.mjs'))
        findings.push(`${file} imports '${path}' without its extension`);
    }
    if (/^export default|^export \* from/m.test(text)) findings.push(`${file} has a default export or 'export *': name what is exported`);
  }
  return findings;
}

function isTest(file: string): boolean {
  return file.endsWith('.test.ts') || /\/(?:test|fixtures|contract)\//.test(file);
}
