import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createStdoutSink } from './stdout-sink.ts';

function collect(): { writes: string[]; stream: Writable } {
  const writes: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      writes.push(chunk);
      done();
    },
  });
  return { writes, stream };
}

test('lines that come together leave in one write, in their order', async () => {
  const { writes, stream } = collect();
  const sink = createStdoutSink(stream);
  sink('a\n', false);
  sink('b\n', false);
  expect(writes).toEqual([]);
  await expect.poll(() => writes).toEqual(['a\nb\n']);
  sink('c\n', false);
  await expect.poll(() => writes).toEqual(['a\nb\n', 'c\n']);
});

test('an urgent line leaves at once, with those that waited before it', () => {
  const { writes, stream } = collect();
  const sink = createStdoutSink(stream);
  sink('a\n', false);
  sink('b\n', true);
  expect(writes).toEqual(['a\nb\n']);
});

test('many lines do not wait for their time', () => {
  const { writes, stream } = collect();
  const sink = createStdoutSink(stream);
  for (let index = 0; index < 1000; index += 1) sink(`${'x'.repeat(99)}\n`, false);
  sink.flush();
  expect(writes.length).toBeGreaterThan(2);
  expect(writes.join('')).toHaveLength(100_000);
});

test('flush writes what waits, and nothing twice', () => {
  const { writes, stream } = collect();
  const sink = createStdoutSink(stream);
  sink('a\n', false);
  sink.flush();
  sink.flush();
  expect(writes).toEqual(['a\n']);
});
