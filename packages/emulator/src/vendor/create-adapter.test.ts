import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore, type Store } from '../store/open-store.ts';
import { createAdapter, readAll, sweepVendor } from './create-adapter.ts';

let directory: string;
let store: Store;
let time = 1_000_000;
const now = () => new Date(time);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vendor-adapter-'));
  store = openStore({ directory, ephemeral: true });
});
afterAll(async () => {
  store.close();
  await rm(directory, { recursive: true, force: true });
});

function adapterOf(model: string) {
  return (createAdapter(store, now) as (name: string) => Exclude<ReturnType<ReturnType<typeof createAdapter>>, void>)(model) as never as {
    upsert(id: string, payload: object, expiresIn?: number): Promise<void>;
    find(id: string): Promise<object | undefined>;
    findByUid(uid: string): Promise<object | undefined>;
    consume(id: string): Promise<void>;
    destroy(id: string): Promise<void>;
    revokeByGrantId(id: string): Promise<void>;
  };
}

test('what is kept is found by its name until it ends, and is not in the state in clear', async () => {
  const adapter = adapterOf('RefreshToken');
  await adapter.upsert('refresh-value', { jti: 'refresh-value', accountId: 'ann' }, 10);
  expect(await adapter.find('refresh-value')).toEqual({ jti: 'refresh-value', accountId: 'ann' });
  expect(await adapterOf('AccessToken').find('refresh-value')).toBeUndefined();
  await adapter.consume('refresh-value');
  expect(await adapter.find('refresh-value')).toMatchObject({ consumed: 1000 });
  expect(JSON.stringify(store.items.all('vendor-RefreshToken'))).not.toMatch(/refresh-value|ann/);
  time += 10_000;
  expect(await adapter.find('refresh-value')).toBeUndefined();
});

test('everything of a permission goes with it, and nothing of another one', async () => {
  const adapter = adapterOf('RefreshToken');
  for (const [id, grantId] of [
    ['a', 'one'],
    ['b', 'one'],
    ['c', 'two'],
  ] as const)
    await adapter.upsert(id, { grantId }, 100);
  await adapter.revokeByGrantId('one');
  expect([await adapter.find('a'), await adapter.find('b'), await adapter.find('c')]).toEqual([undefined, undefined, { grantId: 'two' }]);
});

test('a session is found by its uid, until it is destroyed', async () => {
  const adapter = adapterOf('Session');
  await adapter.upsert('cookie', { uid: 'u' }, 100);
  expect(await adapter.findByUid('u')).toEqual({ uid: 'u' });
  await adapter.destroy('cookie');
  expect(await adapter.findByUid('u')).toBeUndefined();
});

test('a sweep leaves what has not ended, and no pointer to what has', async () => {
  await adapterOf('Grant').upsert('short', { accountId: 'ann', grantId: 'short' }, 1);
  await adapterOf('Grant').upsert('long', { accountId: 'ann', grantId: 'long' }, 1000);
  time += 500_000;
  sweepVendor(store, now());
  expect(readAll(store, now(), 'Grant')).toEqual([{ accountId: 'ann', grantId: 'long' }]);
  expect(store.items.all('vendor-index')).toHaveLength(1);
});
