import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEmulator } from '@agentcore-tutorials/emulator';
import { expect, test } from 'vitest';
import { alsoDeep } from '../../../testing/seed.ts';
import type { IdentityErrorCode } from './index.ts';

const readme = (name: string): Promise<string> => readFile(new URL(`../${name}`, import.meta.url), 'utf8');

test.each(alsoDeep(['README.md'], ['README.ko.md']))('the quick start of %s prints what it says it prints', async (name) => {
  const block = /```ts quick-start\.ts\n([\s\S]*?)```/.exec(await readme(name))?.[1] ?? '';
  const promised = [...block.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map(([, text]) => text);
  expect(promised).toHaveLength(2);
  const directory = await mkdtemp(join(tmpdir(), 'identity-readme-'));
  const emulator = await startEmulator({ ephemeral: true });
  try {
    const program = join(directory, 'quick-start.mts');
    await writeFile(program, block.replace("'@agentcore-tutorials/identity'", JSON.stringify(new URL('index.ts', import.meta.url).href)));
    const env = { PATH: process.env['PATH'], HOME: directory, ...emulator.env };
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', import.meta.resolve('tsx'), program], {
      cwd: directory,
      env,
    });
    expect(stdout.trim().split('\n')).toEqual(promised);
  } finally {
    await emulator.stop();
    await rm(directory, { recursive: true });
  }
});

test.each(['README.md', 'README.ko.md'])('%s lists every error code', async (name) => {
  const source = await readFile(new URL('errors.ts', import.meta.url), 'utf8');
  const codes = [...source.matchAll(/^ {2}\| '([A-Z_]+)'/gm)].map(([, code]) => code as IdentityErrorCode);
  expect(codes.length).toBeGreaterThan(20);
  const text = await readme(name);
  for (const code of codes) expect(text).toContain(`\`${code}\``);
});
