import { once } from 'node:events';
import { rmdirSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { EmulatorInfo } from './emulator-info.ts';
import { findEmulator, lockDirectory, lockWhenFree, type DirectoryLock } from './locator.ts';
import { startEmulator } from './start-emulator.ts';
import { removeState } from './transfer/remove-state.ts';

async function inDirectory(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'agentcore-local-lock-'));
  try {
    await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Publishes an emulator that hangs up on whoever asks. Returns what waits until it was asked `count` times. */
async function publishDeadEmulator(lock: DirectoryLock): Promise<(count: number) => Promise<void>> {
  let asked = 0;
  const server = createServer((request) => {
    asked += 1;
    request.socket.destroy();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  lock.publish({ endpoint, pid: 1, adminToken: 'none' } as EmulatorInfo);
  return (count) => expect.poll(() => asked).toBeGreaterThanOrEqual(count);
}

test('a directory whose emulator is ending is waited for, and taken when it is free', () =>
  inDirectory(async (directory) => {
    const ending = lockDirectory(directory);
    const looks = await publishDeadEmulator(ending);
    let taken = false;
    const waiting = lockWhenFree(directory).then((lock) => {
      taken = true;
      return lock;
    });
    await looks(2);
    expect(taken).toBe(false);
    ending.release();
    (await waiting).release();
  }));

test('one that neither ends nor answers is told after a time, with its process', () =>
  inDirectory(async (directory) => {
    const stuck = lockDirectory(directory);
    stuck.publish({ endpoint: 'http://127.0.0.1:1', pid: 4711, adminToken: 'none' } as Parameters<typeof stuck.publish>[0]);
    await expect(lockWhenFree(directory, { patienceMs: 100 })).rejects.toMatchObject({
      code: 'DIRECTORY_BUSY',
      message: expect.stringContaining('(4711)') as string,
    });
    stuck.release();
  }));

test('an emulator that answers is told at once, with its address and its process', () =>
  inDirectory(async (directory) => {
    const emulator = await startEmulator({ dataDirectory: directory });
    try {
      await expect(lockWhenFree(directory)).rejects.toMatchObject({
        code: 'ALREADY_RUNNING',
        message: expect.stringContaining(`${emulator.endpoint} (pid ${process.pid})`) as string,
      });
    } finally {
      await emulator.stop();
    }
  }));

test('an emulator that starts while another one stops on the same directory has what that one kept', () =>
  inDirectory(async (directory) => {
    const first = await startEmulator({ dataDirectory: directory });
    const [, second] = await Promise.all([first.stop(), startEmulator({ dataDirectory: directory })]);
    expect(second.dataDirectory).toBe(first.dataDirectory);
    await second.stop();
  }));

test('of two that start at once on a directory one wins, and the other names it', () =>
  inDirectory(async (directory) => {
    const both = await Promise.allSettled([startEmulator({ dataDirectory: directory }), startEmulator({ dataDirectory: directory })]);
    const [winner] = both.filter((one) => one.status === 'fulfilled');
    const [loser] = both.filter((one) => one.status === 'rejected');
    expect(loser?.reason).toMatchObject({
      code: 'ALREADY_RUNNING',
      message: expect.stringContaining(winner?.value.endpoint ?? 'none') as string,
    });
    await winner?.value.stop();
  }));

test('a state is removed when nobody works on it, and whoever waited for that begins with an empty directory', () =>
  inDirectory(async (parent) => {
    const directory = join(parent, 'data');
    const emulator = await startEmulator({ dataDirectory: directory });
    await expect(removeState({ dataDirectory: directory })).rejects.toMatchObject({ code: 'ALREADY_RUNNING' });
    const removing = removeState({ dataDirectory: directory }).catch(() => removeState({ dataDirectory: directory }));
    await emulator.stop();
    await removing;
    await expect(readdir(parent)).resolves.toEqual([]);

    const held = await lockWhenFree(directory);
    const looks = await publishDeadEmulator(held);
    const waiting = startEmulator({ dataDirectory: directory });
    await looks(1);
    held.releaseAndRemove();
    rmdirSync(directory);
    const next = await waiting;
    // Of the lock that it waited for nothing was left to hold.
    await expect(lockWhenFree(directory)).rejects.toMatchObject({ code: 'ALREADY_RUNNING' });
    await next.stop();
  }));

test('a server that has got the port of an emulator that was killed is not taken for it, whatever it answers', () =>
  inDirectory(async (directory) => {
    const server = createServer((_request, response) => void response.end('{"pid":4711}'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const stale = JSON.stringify({ endpoint: `http://127.0.0.1:${port}`, pid: 4711, adminToken: 'none' });
    await writeFile(join(directory, 'emulator.json'), stale);
    expect(await findEmulator({ dataDirectory: directory })).toBeUndefined();
    server.close();
    server.closeAllConnections();
  }));
