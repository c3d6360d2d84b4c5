import { chown, mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startEmulator } from '../start-emulator.ts';
import { launchCli } from '../test/launch-cli.ts';
import { lockDirectory } from '../locator.ts';

const HOUR_MS = 3_600_000;

test('an ephemeral emulator removes what killed ones left, and nothing that is used, just made, or of somebody else', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'ephemeral-'));
  vi.stubEnv('TMPDIR', parent);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await rm(parent, { recursive: true, force: true });
  });
  const age = async (directory: string) => utimes(directory, new Date(), new Date(Date.now() - HOUR_MS));
  const make = async (name: string, marked: boolean) => {
    const directory = join(parent, name);
    await mkdir(directory);
    lockDirectory(directory).release();
    if (marked) await writeFile(join(directory, 'ephemeral'), '');
    await age(directory);
    return directory;
  };

  const killed = launchCli(['start', '--ephemeral', '--port', '0', '--json']);
  await expect.poll(() => killed.output()).toContain('\n');
  const { dataDirectory } = JSON.parse(killed.output()) as { dataDirectory: string };
  killed.child.kill('SIGKILL');
  await killed.ended;
  const fresh = await startEmulator({ ephemeral: true });
  expect(await readdir(dataDirectory), 'killed less than a minute ago').toContain('seal.key');
  await age(dataDirectory);
  await age(fresh.dataDirectory);
  const kept = [fresh.dataDirectory, await make('agentcore-local-lesson', false)];
  if (process.getuid?.() === 0) {
    kept.push(await make('agentcore-local-others', true));
    await chown(kept.at(-1)!, 65534, 65534);
  }

  const next = await startEmulator({ ephemeral: true });
  const there = (await readdir(parent)).filter((name) => name.startsWith('agentcore-local-'));
  expect(there.toSorted()).toEqual([...kept, next.dataDirectory].map((path) => path.slice(parent.length + 1)).toSorted());
  await next.stop();
  await fresh.stop();
});

test('who starts a durable emulator on what an ephemeral one has left, keeps it', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'ephemeral-'));
  onTestFinished(() => rm(parent, { recursive: true, force: true }));
  await writeFile(join(parent, 'ephemeral'), '');
  const emulator = await startEmulator({ dataDirectory: parent });
  await emulator.stop();
  expect(await readdir(parent)).not.toContain('ephemeral');
});
