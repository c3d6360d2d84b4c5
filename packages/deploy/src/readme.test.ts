import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEmulator } from '@agentcore-tutorials/emulator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { alsoDeep } from '../../../testing/seed.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'deploy-readme-'));
  await mkdir(join(directory, 'node_modules/@agentcore-tutorials'), { recursive: true });
  await symlink(join(import.meta.dirname, '..'), join(directory, 'node_modules/@agentcore-tutorials/deploy'));
  await writeFile(join(directory, 'package.json'), '{"type":"module"}');
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test.each(alsoDeep(['README.md'], ['README.ko.md']))('the quick start of %s runs as it is printed', async (file) => {
  const text = await readFile(join(import.meta.dirname, '..', file), 'utf8');
  for (const [, name = '', code = ''] of text.matchAll(/```ts (\w+\.ts)\n([\s\S]*?)```/g)) await writeFile(join(directory, name), code);
  const emulator = await startEmulator({ ephemeral: true });
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['deploy.ts'], {
      cwd: directory,
      env: { ...process.env, ...emulator.env },
    });
    expect(stdout).toContain('You said: ');
    expect(stdout).toContain('verified: true');
    expect(emulator.inventory()).toEqual([]);
  } finally {
    await emulator.stop();
  }
});
