import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newClone, type Clone } from './new-clone.ts';

/** An address where nothing listens: whoever gets the lock fails with this, which needs no installation. */
const NO_REGISTRY = { npm_config_registry: 'http://127.0.0.1:9/', npm_config_fetch_retries: '0' };

let clone: Clone;
let lock: string;
beforeAll(() => {
  clone = newClone({ offline: false });
  lock = join(clone.folder, '.install/lock');
  mkdirSync(dirname(lock));
});
afterAll(() => clone.remove());

test('a process waits while another one that is alive holds the lock', async () => {
  writeFileSync(lock, String(process.pid));
  const waiting = clone.start('npm start -- list', { env: NO_REGISTRY });
  await waiting.until(`Another terminal is installing (process ${process.pid})`);
  expect(waiting.child.exitCode).toBe(null);
  rmSync(lock);
  expect((await waiting.finished).stderr).toContain('[INSTALL_OFFLINE]');
  expect(existsSync(lock)).toBe(false);
});

test.each([
  ['a process that was killed', () => writeFileSync(lock, String(spawnSync('true').pid))],
  [
    'a machine that was switched off, although its process id is used again',
    () => {
      writeFileSync(lock, String(process.pid));
      const before = Date.now() / 1000 - uptime() - 60;
      utimesSync(lock, before, before);
    },
  ],
])('the lock of %s is taken over', async (_, leaveLock) => {
  leaveLock();
  const { stderr } = await clone.run('npm start -- list', { env: NO_REGISTRY });
  expect(stderr).toContain('[INSTALL_OFFLINE]');
  expect(stderr).not.toContain('Another terminal');
  expect(existsSync(lock)).toBe(false);
});
