import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { outputLines } from './output-lines.ts';

test('a program that prints without end leaves the loop to others after each piece of its output, and no line is lost', async () => {
  const stream = new PassThrough({ highWaterMark: 1_000_000 });
  const lines: string[] = [];
  outputLines(stream, (line) => lines.push(line));
  for (let piece = 0; piece < 32; piece += 1) stream.write(`first of ${piece}\nsecond of ${piece}\n`);
  stream.end('the last, which has no end');

  const eachTurn: number[] = [];
  while (!stream.destroyed) {
    const before = lines.length;
    await new Promise((resolve) => setImmediate(resolve));
    eachTurn.push(lines.length - before);
  }
  expect(Math.max(...eachTurn)).toBe(2);
  expect(lines).toEqual([
    ...Array.from({ length: 32 }, (_, piece) => [`first of ${piece}`, `second of ${piece}`]).flat(),
    'the last, which has no end',
  ]);
});
