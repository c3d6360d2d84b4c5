import { gunzipSync } from 'node:zlib';
import { unpackTar } from 'modern-tar';
import { expect, test } from 'vitest';
import { digestOf } from '../oci/digest.ts';
import { createLayer } from './layer.ts';

const file = (path: string, text: string): { path: string; bytes: Uint8Array } => ({ path, bytes: new TextEncoder().encode(text) });

test('the digest depends on paths and bytes alone, and not on the order', async () => {
  const umask = process.umask(0o077);
  const first = await createLayer([file('app/index.mjs', 'x'), file('app/data/a.json', '{}')]);
  process.umask(umask);
  const second = await createLayer([file('app/data/a.json', '{}'), file('app/index.mjs', 'x')]);
  expect(second.digest).toBe(first.digest);
  expect((await createLayer([file('app/index.mjs', 'y')])).digest).not.toBe(first.digest);
  expect(first.digest).toBe(digestOf(first.bytes));
  expect(first.diffId).toBe(digestOf(gunzipSync(first.bytes)));
});

test('files belong to the unprivileged user, have no time, and their directories come first', async () => {
  const layer = await createLayer([file('app/data/a.json', '{}'), file('app/index.mjs', 'x')]);
  const entries = (await unpackTar(gunzipSync(layer.bytes))).map(({ header }) => header);
  expect(entries.map(({ name }) => name)).toEqual(['app/', 'app/data/', 'app/data/a.json', 'app/index.mjs']);
  for (const { uid, gid, mtime, mode, type } of entries)
    expect({ uid, gid, mtime, mode }).toEqual({ uid: 1000, gid: 1000, mtime: new Date(0), mode: type === 'directory' ? 0o755 : 0o644 });
});

test('the gzip header holds neither a time nor a platform', async () => {
  const { bytes } = await createLayer([file('a', 'x')]);
  expect([...bytes.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
});

test('a path of Windows becomes a POSIX name', async () => {
  const layer = await createLayer([file(String.raw`C:\app\index.mjs`, 'x')]);
  expect((await unpackTar(gunzipSync(layer.bytes))).map(({ header }) => header.name)).toEqual(['app/', 'app/index.mjs']);
});
