import { expect, test } from 'vitest';
import { judgeRuns } from './judge-runs.ts';
import { parseAge } from './parse-age.ts';
import type { Tagged } from './tagged.ts';

const now = new Date('2026-11-23T12:00:00Z');
const HOUR = 3_600_000;
const made = (run: string, hoursAgo: number | undefined): Tagged => ({
  kind: 'role',
  id: `${run}-${hoursAgo}`,
  run,
  at: hoursAgo === undefined ? undefined : new Date(now.getTime() - hoursAgo * HOUR),
  remove: async () => {},
});
const verdicts = (found: Tagged[], olderThanMs: number) =>
  Object.fromEntries(judgeRuns(found, { olderThanMs, now }).map(({ run, verdict }) => [run, verdict]));

test('a run is as old as the last thing that was made for it, whatever else it has', () => {
  const found = [
    made('aaaaaa', 30),
    made('aaaaaa', 25),
    made('bbbbbb', 30),
    made('bbbbbb', 1),
    made('cccccc', 30),
    made('cccccc', undefined),
  ];
  expect(verdicts(found, 24 * HOUR)).toEqual({ aaaaaa: 'old', bbbbbb: 'young', cccccc: 'old' });
});

test('a run without any date is unknown, unless every age is meant', () => {
  expect(verdicts([made('aaaaaa', undefined)], 24 * HOUR)).toEqual({ aaaaaa: 'unknown' });
  expect(verdicts([made('aaaaaa', undefined), made('bbbbbb', -1)], 0)).toEqual({ aaaaaa: 'old', bbbbbb: 'old' });
});

test.each([
  ['24h', 24 * HOUR],
  ['90m', 1.5 * HOUR],
  ['2d', 48 * HOUR],
  ['0h', 0],
])('%s is an age', (text, ms) => expect(parseAge(text)).toBe(ms));

test.each(['', '24', 'h', '-1h', '1.5h', '24 h', '1w', '99999999999d'])("'%s' is none", (text) =>
  expect(() => parseAge(text)).toThrow(expect.objectContaining({ code: 'USAGE' })),
);
