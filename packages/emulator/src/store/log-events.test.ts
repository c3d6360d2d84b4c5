import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LogPosition, StoredLogEvent } from './log-events.ts';
import { openStore, type Store } from './open-store.ts';

const scope = { accountId: '123456789012', region: 'us-west-2' };
let directory: string;
let store: Store;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'agentcore-local-log-events-'));
  store = openStore({ directory, ephemeral: true });
});
afterAll(async () => {
  store.close();
  await rm(directory, { recursive: true });
});

const append = (group: string, stream: string, events: { timestamp: number; message: string }[]) =>
  store.transaction(() => store.logs.append(scope, group, stream, events, 5));

test('pages of any size, forward and backward, of a group or of one stream, hold each event once and in order', () => {
  let run = 0;
  const events = fc.array(fc.record({ timestamp: fc.integer({ min: 0, max: 12 }), stream: fc.constantFrom('a', 'b') }), { maxLength: 40 });
  const span = fc.record({ from: fc.integer({ min: 0, max: 13 }), to: fc.integer({ min: 0, max: 13 }) });
  fc.assert(
    fc.property(events, span, fc.integer({ min: 1, max: 7 }), fc.constantFrom(undefined, 'a'), (given, { from, to }, limit, stream) => {
      const group = `g${(run += 1)}`;
      for (const [index, event] of given.entries()) append(group, event.stream, [{ timestamp: event.timestamp, message: String(index) }]);
      const expected = given
        .map(({ timestamp, stream: of }, index) => ({ timestamp, of, message: String(index) }))
        .filter(({ timestamp, of }) => timestamp >= from && timestamp < to && (stream === undefined || of === stream))
        .toSorted((a, b) => a.timestamp - b.timestamp || Number(a.message) - Number(b.message))
        .map(({ message }) => message);
      const pages = (descending: boolean) => {
        const found: StoredLogEvent[] = [];
        for (let position: LogPosition | undefined; ;) {
          const bound = position && (descending ? { before: position } : { after: position });
          const page = store.logs.read(scope, { group, stream, from, to, ...bound, descending, limit });
          found.push(...page);
          const last = page.at(-1);
          if (!last) return found.map(({ message }) => message);
          position = descending ? { timestamp: last.timestamp, id: last.id - 1 } : last;
        }
      };
      expect(pages(false)).toEqual(expected);
      expect(pages(true)).toEqual(expected.toReversed());
    }),
    { numRuns: 60 },
  );
});

test('a group keeps its youngest 90,000 or more events, and no more than 100,000; other groups keep theirs', () => {
  append('quiet', 's', [{ timestamp: 1, message: 'kept' }]);
  const batch = (start: number) => Array.from({ length: 10_000 }, (_, index) => ({ timestamp: 10 + start + index, message: 'x' }));
  let cuts = 0;
  for (let start = 0; start < 130_000; start += 10_000) cuts += append('chatty', 's', batch(start)) ? 1 : 0;
  expect(cuts).toBeGreaterThan(0);
  const left = store.logs.read(scope, { group: 'chatty', limit: 1_000_000 });
  expect(left.length).toBeGreaterThanOrEqual(90_000);
  expect(left.length).toBeLessThanOrEqual(100_000);
  expect(left.at(-1)?.timestamp).toBe(130_009);
  expect(left[0]?.timestamp).toBe(130_010 - left.length);
  expect(store.logs.bytes(scope, 'chatty')).toBe(left.length * 27);
  expect(store.logs.read(scope, { group: 'quiet', limit: 10 })).toHaveLength(1);
});

test('a group keeps no more than 64 MB, and counts bytes, not characters', () => {
  const message = 'é'.repeat(500_000);
  for (let index = 0; index < 70; index += 1) append('large', 's', [{ timestamp: index, message }]);
  const left = store.logs.read(scope, { group: 'large', limit: 1000 });
  expect(store.logs.bytes(scope, 'large')).toBe(left.length * 1_000_026);
  expect(store.logs.bytes(scope, 'large')).toBeLessThanOrEqual(64 * 1024 * 1024);
  expect(left.length).toBeGreaterThan(55);
  expect(left.at(-1)?.timestamp).toBe(69);
  store.logs.forget();
  expect(store.logs.bytes(scope, 'large')).toBe(left.length * 1_000_026);
  store.logs.delete(scope, 'large');
  expect(store.logs.bytes(scope, 'large')).toBe(0);
});

test('what a transaction that failed had counted does not count', () => {
  expect(() =>
    store.transaction(() => {
      store.logs.append(scope, 'failed', 's', [{ timestamp: 1, message: 'gone' }], 1);
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(store.logs.bytes(scope, 'failed')).toBe(0);
});
