import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore, type Store } from './open-store.ts';

let directory: string;
let store: Store;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'items-'));
  store = openStore({ directory });
});
afterEach(() => {
  store.close();
  rmSync(directory, { recursive: true });
});

const scope = { accountId: '123456789012', region: 'us-west-2' };
const other = { accountId: '999999999999', region: 'us-west-2' };

test('what was put is there, also when the store is opened again', () => {
  store.items.put('role', scope, 'a', { n: 1 });
  store.close();
  store = openStore({ directory });
  expect(store.items.get('role', scope, 'a')).toEqual({ n: 1 });
  expect(store.items.get('role', other, 'a')).toBeUndefined();
});

test('a caller that changes what it got does not change what is stored', () => {
  store.items.put('role', scope, 'a', { n: 1 });
  store.items.get<{ n: number }>('role', scope, 'a')!.n = 2;
  expect(store.items.get('role', scope, 'a')).toEqual({ n: 1 });
});

test('a transaction that throws leaves nothing behind, neither on disk nor in what later reads see', () => {
  store.items.put('role', scope, 'kept', { n: 1 });
  expect(() =>
    store.transaction(() => {
      store.items.put('role', scope, 'kept', { n: 2 });
      store.items.put('role', scope, 'new', { n: 3 });
      store.items.delete('role', scope, 'kept');
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(store.items.get('role', scope, 'kept')).toEqual({ n: 1 });
  expect(store.items.get('role', scope, 'new')).toBeUndefined();
});

test('whatever is put, deleted and read in whatever order, a read answers what a map would', () => {
  const id = fc.constantFrom('a', 'b', 'c');
  const step = fc.oneof(
    fc.record({ op: fc.constant('put' as const), id, value: fc.nat() }),
    fc.record({ op: fc.constant('delete' as const), id }),
    fc.record({ op: fc.constant('get' as const), id }),
  );
  let round = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const kind = `kind-${round++}`;
      const expected = new Map<string, number>();
      for (const current of steps) {
        if (current.op === 'put') {
          store.items.put(kind, scope, current.id, current.value);
          expected.set(current.id, current.value);
        } else if (current.op === 'delete') {
          expect(store.items.delete(kind, scope, current.id)).toBe(expected.delete(current.id));
        } else expect(store.items.get(kind, scope, current.id)).toBe(expected.get(current.id));
      }
      expect(store.items.list(kind, scope).map((item) => [item.id, item.value])).toEqual([...expected].sort());
    }),
  );
});

test('a whole kind is read as it is, after each write, after a transaction that throws, and longer than what is kept of it', () => {
  const all = () => store.items.all<{ n: number }>('key').map(({ id, value }) => `${id}=${value.n}`);
  expect(all()).toEqual([]);
  store.items.put('key', scope, 'a', { n: 1 });
  expect(all()).toEqual(['a=1']);
  store.items.all<{ n: number }>('key')[0]!.value.n = 9;
  store.items.put('role', scope, 'b', { n: 1 });
  expect(all()).toEqual(['a=1']);
  expect(() =>
    store.transaction(() => {
      store.items.put('key', other, 'b', { n: 2 });
      expect(all()).toEqual(['a=1', 'b=2']);
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(all()).toEqual(['a=1']);
  store.items.delete('key', scope, 'a');
  expect(all()).toEqual([]);
  for (let n = 0; n < 150; n += 1) store.items.put('key', scope, String(n), { n });
  expect(all()).toHaveLength(150);
});
