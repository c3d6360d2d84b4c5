import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLogEvents, type LogEvents, type LogPosition, type StoredLogEvent } from './log-events.ts';
import { migrate } from './migrate.ts';
import { openStore, type Store } from './open-store.ts';
import { createStatements } from './statements.ts';

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

test('what is cleared is no longer on the disk, neither as text nor as room that it takes', async () => {
  const own = await mkdtemp(join(directory, 'cleared-'));
  const durable = openStore({ directory: own });
  const message = 'printed by an agent '.repeat(50);
  const events = Array.from({ length: 3000 }, (_, timestamp) => ({ timestamp, message }));
  durable.transaction(() => durable.logs.append(scope, 'g', 's', events, 5));
  durable.items.put('kept', scope, 'one', { still: 'here' });
  durable.clear(['kept']);
  const files = ['state.sqlite', 'state.sqlite-wal'].map((name) => readFileSync(join(own, name)));
  expect(files.reduce((bytes, file) => bytes + file.length, 0)).toBeLessThan(200_000);
  expect(files.some((file) => file.includes('printed by an agent'))).toBe(false);
  expect(durable.items.get('kept', scope, 'one')).toEqual({ still: 'here' });
  durable.close();
});

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

describe('of each group the youngest events within the limits are kept', () => {
  const open = (limits?: { events: number; bytes: number }) => {
    const database = new DatabaseSync(':memory:');
    migrate(database);
    return createLogEvents(createStatements(database, 'memory'), limits);
  };
  const put = (logs: LogEvents, group: string, start: number, messages: readonly string[]) =>
    logs.append(
      scope,
      group,
      's',
      messages.map((message, index) => ({ timestamp: start + index, message })),
      5,
    );

  test('by their number, which is 100,000: so many are kept, or up to a fiftieth fewer; other groups keep theirs', () => {
    const logs = open();
    put(logs, 'quiet', 1, ['kept']);
    const batch = Array.from({ length: 10_000 }, () => 'x');
    const cuts = Array.from({ length: 11 }, (_, index) => put(logs, 'chatty', index * 10_000, batch));
    expect(cuts).toEqual([...Array.from({ length: 10 }, () => false), true]);
    const left = logs.read(scope, { group: 'chatty', limit: 1_000_000 });
    expect([left.length, left[0]?.timestamp, left.at(-1)?.timestamp]).toEqual([98_000, 12_000, 109_999]);
    expect(logs.bytes(scope, 'chatty')).toBe(left.length * 27);
    expect(logs.read(scope, { group: 'quiet', limit: 10 })).toHaveLength(1);
  });

  test('by their bytes, not characters', () => {
    const logs = open({ events: 1000, bytes: 100_000 });
    for (let index = 0; index < 60; index += 1) put(logs, 'large', index, ['é'.repeat(1000)]);
    const left = logs.read(scope, { group: 'large', limit: 1000 });
    expect(left.at(-1)?.timestamp).toBe(59);
    expect(logs.bytes(scope, 'large')).toBe(left.length * 2026);
    expect(logs.bytes(scope, 'large')).toBeLessThanOrEqual(100_000);
    expect(left.length).toBeGreaterThanOrEqual(44);
    // Counted anew it is the same.
    logs.forget();
    expect(logs.bytes(scope, 'large')).toBe(left.length * 2026);
    logs.delete(scope, 'large');
    expect(logs.bytes(scope, 'large')).toBe(0);
  });

  test('whatever comes in, a group never holds more, and loses only its oldest', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 12 }), (lengths, perBatch) => {
        const limits = { events: 20, bytes: 3000 };
        const logs = open(limits);
        for (let start = 0; start < lengths.length; start += perBatch)
          put(
            logs,
            'g',
            start,
            lengths.slice(start, start + perBatch).map((length) => 'x'.repeat(length)),
          );
        const left = logs.read(scope, { group: 'g', limit: 1000 });
        expect(left.length).toBeLessThanOrEqual(limits.events);
        expect(logs.bytes(scope, 'g')).toBeLessThanOrEqual(limits.bytes);
        expect(logs.bytes(scope, 'g')).toBe(left.reduce((sum, { message }) => sum + message.length + 26, 0));
        expect(left.map(({ timestamp }) => timestamp)).toEqual(lengths.map((_, index) => index).slice(lengths.length - left.length));
      }),
      { numRuns: 50 },
    );
  });
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
