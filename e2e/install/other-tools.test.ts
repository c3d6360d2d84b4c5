import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newClone } from './new-clone.ts';
import { isDeep } from '../../testing/seed.ts';

/** Every name that a newcomer may try, and what of it is to be had from the npm registry. */
const TOOLS = {
  'npm 10': { package: 'npm@10', program: 'node_modules/npm/bin/npm-cli.js' },
  'npm 11': { package: 'npm@11', program: 'node_modules/npm/bin/npm-cli.js' },
  'yarn 1': { package: 'yarn@1', program: 'node_modules/yarn/bin/yarn.js' },
  'yarn 4': { package: '@yarnpkg/cli-dist@4', program: 'node_modules/@yarnpkg/cli-dist/bin/yarn.js' },
  pnpm: { package: 'pnpm@12.21.0', program: 'node_modules/pnpm/bin/pnpm.mjs' },
  bun: { package: 'bun@1', program: 'node_modules/bun/bin/bun.exe' },
} as const;

describe.skipIf(!isDeep)('with the real tools', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tools-'));
    for (const [name, { package: spec }] of Object.entries(TOOLS))
      execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefix', join(folder, name), spec], { stdio: 'ignore' });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  describe.each(Object.keys(TOOLS) as (keyof typeof TOOLS)[])('%s', (name) => {
    test.each([
      ['.', 'before'],
      ['.', 'after'],
      ['tutorials/01-local-agent', 'before'],
      ['tutorials/01-local-agent', 'after'],
    ])('install in %s %s the first `npm start` breaks nothing', async (where, when) => {
      const clone = newClone();
      try {
        const start = () => clone.run('npm start --silent -- list', { folder: where });
        if (when === 'after') expect((await start()).status).toBe(0);
        const program = join(folder, name, TOOLS[name].program);
        await clone.run(`${program.endsWith('.exe') ? '' : 'node '}'${program}' install`, { folder: where });
        const { status, stdout, stderr } = await start();
        expect(status, stderr).toBe(0);
        expect(stdout).toContain('09-azure-openai\n');
        expect(await start()).toMatchObject({ status: 0, stderr: '' });
      } finally {
        clone.remove();
      }
    });
  });
});

describe.skipIf(!isDeep)('from the registry, into an empty HOME', () => {
  test('an installation keeps to its size, and leaves nothing outside of the clone', async () => {
    const clone = newClone({ offline: false });
    try {
      const { status, stderr } = await clone.run('npm start -- 01');
      expect(status, stderr).toBe(0);
      const hasNode = readdirSync(join(clone.folder, 'node_modules')).some((name) => name.startsWith('node-'));
      const megabytes = (sizeOf(clone.folder) + sizeOf(clone.home)) / 1e6;
      process.stdout.write(`clone and HOME: ${megabytes.toFixed(0)} MB ${hasNode ? 'with' : 'without'} Node\n`);
      expect(megabytes).toBeLessThan(hasNode ? 350 : 160);
      const outside = readdirSync(clone.home, { recursive: true }).map(String);
      expect(outside.filter((path) => !path.startsWith('.npm'))).toEqual([]);
    } finally {
      clone.remove();
    }
  });
});

/** What the disk holds: a file with several names counts once. */
function sizeOf(folder: string): number {
  const seen = new Map<number, number>();
  for (const name of ['', ...readdirSync(folder, { recursive: true }).map(String)]) {
    if (name === '.git' || name.startsWith('.git/')) continue;
    const entry = statSync(join(folder, name), { throwIfNoEntry: false });
    if (entry?.isFile()) seen.set(entry.ino, entry.blocks * 512);
  }
  return seen.values().reduce((sum, size) => sum + size, 0);
}
