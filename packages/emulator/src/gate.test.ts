import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createGate } from './gate.ts';

/** Something under way, and how to end it. */
function job(seen: string[], name: string) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const work = async () => {
    seen.push(`${name} begins`);
    await promise;
    seen.push(`${name} ends`);
    return name;
  };
  return { work, finish: () => resolve() };
}

test('what passes runs side by side, and answers', async () => {
  const gate = createGate();
  const seen: string[] = [];
  const [a, b] = [job(seen, 'a'), job(seen, 'b')];
  const both = [gate.pass(a.work), gate.pass(b.work)];
  b.finish();
  await both[1];
  a.finish();
  expect(await Promise.all(both)).toEqual(['a', 'b']);
  expect(seen).toEqual(['a begins', 'b begins', 'b ends', 'a ends']);
});

test('what is to run alone waits for what is inside, and all others wait for it, also when it fails', async () => {
  const gate = createGate();
  const seen: string[] = [];
  const [inside, later] = [job(seen, 'inside'), job(seen, 'later')];
  const passing = gate.pass(inside.work);
  const alone = gate.alone(async (empty) => {
    seen.push('alone closes');
    await empty();
    seen.push('alone works');
    throw new Error('it failed');
  });
  const second = gate.alone(async (empty) => {
    await empty();
    seen.push('second');
  });
  await turn();
  const waiting = gate.pass(later.work);
  await turn();
  expect(seen).toEqual(['inside begins', 'alone closes']);
  inside.finish();
  await passing;
  await expect(alone).rejects.toThrow('it failed');
  later.finish();
  await Promise.all([second, waiting]);
  expect(seen.slice(2, 4)).toEqual(['inside ends', 'alone works']);
  expect(seen.slice(4).toSorted()).toEqual(['later begins', 'later ends', 'second']);
  expect(seen.indexOf('later ends')).toBe(seen.indexOf('later begins') + 1);
});

test('work inside that fails, or throws at once, is not waited for', async () => {
  const gate = createGate({ patienceMs: 60_000 });
  await expect(gate.pass(async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(
    gate.pass(() => {
      throw new Error('at once');
    }),
  ).rejects.toThrow('at once');
  await gate.alone(async (empty) => empty());
});

test('patience ends: who waits for somebody that waits at the gate is not waited for for ever', async () => {
  const gate = createGate({ patienceMs: 20 });
  const seen: string[] = [];
  const inside = job(seen, 'inside');
  const passing = gate.pass(inside.work);
  await gate.alone(async (empty) => {
    await empty();
    seen.push('alone');
  });
  expect(seen).toEqual(['inside begins', 'alone']);
  inside.finish();
  await passing;
  // The count is right again.
  await gate.alone(async (empty) => empty());
});
