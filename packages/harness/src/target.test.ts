import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Message } from './messages/catalog.ts';
import type { Narrator } from './narrator.ts';
import { openLocalTarget } from './target.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tutorial-target-'));
  // Where an emulator may run that has nothing to do with this test.
  vi.stubEnv('HOME', directory);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test('whoever waits for a command waits for the next one too, and then begins with an emulator of its own', async () => {
  const adminToken = 'token';
  const write = (pid: number) => writeFile(join(directory, 'command.pid'), String(pid));
  const looks = [1, 1, 2, 2];
  const server = createServer((_request, response) => {
    const pid = looks.shift();
    if (pid === undefined) return void response.destroy();
    void write(pid).then(() => response.end(JSON.stringify({ pid, adminToken })));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await mkdir(join(directory, 'aws'));
  await writeFile(join(directory, 'aws', 'emulator.json'), JSON.stringify({ endpoint, pid: 1, adminToken }));

  const about = vi.fn<(line: Message) => void>();
  const wait = { say: { about } as unknown as Narrator, signal: AbortSignal.timeout(60_000) };
  const target = await openLocalTarget({ directory, ephemeral: false, wait });
  server.close();
  expect(target.own).toBe(true);
  expect(about.mock.calls.map(([line]) => /process \d+/.exec(line.in('en'))?.[0])).toEqual(['process 1', 'process 2']);
  await target.close();
  expect(await readdir(directory)).not.toContain('command.pid');
});

test('a command is known for what it is when it ends right after it has answered, and that it has ended', async () => {
  const adminToken = 'token';
  await writeFile(join(directory, 'command.pid'), '1');
  const server = createServer((_request, response) => {
    void rm(join(directory, 'command.pid'), { force: true }).then(() => response.end(JSON.stringify({ ...info, pid: 1, adminToken })));
  });
  const own = await openLocalTarget({ directory: join(directory, 'other'), ephemeral: true });
  const info = { accountId: own.accountId, region: own.region, vendor: own.vendor, accessKeyId: 'a', secretAccessKey: 'b' };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(info, { endpoint, modelEndpoint: `${endpoint}/v1`, modelApiKey: 'c' });
  await mkdir(join(directory, 'aws'), { recursive: true });
  await writeFile(join(directory, 'aws', 'emulator.json'), JSON.stringify({ endpoint, pid: 1, adminToken }));

  const reader = await openLocalTarget({ directory, ephemeral: false });
  expect([reader.own, await reader.hasEnded()]).toEqual([false, false]);
  await writeFile(join(directory, 'command.pid'), '1');
  const waiting = openLocalTarget({
    directory,
    ephemeral: false,
    wait: { say: { about: () => {} } as unknown as Narrator, signal: AbortSignal.timeout(60_000) },
  });
  await expect.poll(() => readdir(directory)).not.toContain('command.pid');
  server.close();
  server.closeAllConnections();
  const writer = await waiting;
  expect([writer.own, await writer.hasEnded(), await reader.hasEnded()]).toEqual([true, false, true]);
  await Promise.all([writer.close(), own.close()]);
});

test('what says that a command is at work is left to the next command, when that has begun', async () => {
  const target = await openLocalTarget({ directory, ephemeral: false });
  await writeFile(join(directory, 'command.pid'), '4711');
  await target.close();
  expect(await readdir(directory)).toContain('command.pid');
});

test('an emulator that was started in vain is stopped', async () => {
  const vain = join(directory, 'vain');
  await mkdir(join(vain, 'command.pid'), { recursive: true });
  await expect(openLocalTarget({ directory: vain, ephemeral: false })).rejects.toThrow('EISDIR');
  await rm(join(vain, 'command.pid'), { recursive: true });
  const target = await openLocalTarget({ directory: vain, ephemeral: false });
  expect(target.own).toBe(true);
  await target.close();
});
