import { expect, test } from 'vitest';
import { checkTest } from './check-tests.ts';

test.each([
  ['const at = Math.floor(Math.random() * 10);', 'takes a number without a seed: use createRandom(seed)'],
  ['const start = performance.now();', 'measures time: that belongs in bench/'],
  ['const ms = Date.now() - start;', 'calculates how long something took'],
  ['const left = end.getTime() - Date.now();', 'calculates how long something took'],
  ['expect(Date.parse(at)).toBeGreaterThan(Date.now() - 600_000);', 'compares with the clock'],
  ['expect(Math.abs(Date.now() / 1000 - stamp)).toBeLessThan(600);', 'compares with the clock'],
  ['expect(elapsedMs).toBeLessThan(100);', 'asserts a duration'],
  ['await setTimeout(200);', 'sleeps: await a condition'],
  ['await new Promise((resolve) => setTimeout(resolve, 100));', 'sleeps: await a condition'],
])('%s', (line, finding) => {
  expect(checkTest('a.test.ts', `// A line before.\n${line}\n`)).toEqual([`a.test.ts:2 ${finding}`]);
});

test.each([
  'vi.useFakeTimers({ now: Date.now() + 60_000 });',
  'const late = await presign({ signingDate: new Date(Date.now() - minutes) });',
  'expect(await logs({ since: new Date(Date.now() + 60_000) })).toEqual([]);',
  'const value = await new Promise((resolve) => setTimeout(() => resolve(getContext()), 1));',
  'await expect.poll(() => closed).toBe(count);',
])('finds nothing in: %s', (line) => {
  expect(checkTest('a.test.ts', line)).toEqual([]);
});
