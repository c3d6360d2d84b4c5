import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import type { DeployEvent } from '../agent/events.ts';
import { createPrinter } from './printer.ts';

const CLEAR = '\r\u001B[K';

const EVENTS: DeployEvent[] = [
  { type: 'started', step: 'role' },
  { type: 'started', step: 'push' },
  { type: 'progress', step: 'push', resource: 'sha256:1', detail: 'uploaded 551 KB', bytes: 564_224 },
  { type: 'finished', step: 'role', resource: 'arn:aws:iam::1:role/r', detail: 'created', ms: 12 },
  { type: 'retrying', step: 'push', detail: 'the registry is busy' },
  { type: 'finished', step: 'push', resource: 'r@sha256:1', detail: 'created', ms: 40 },
];

function print(events: readonly DeployEvent[], { isTTY = false, json = false, columns = 80 } = {}): string {
  let out = '';
  const printer = createPrinter({ write: (text) => (out += text), isTTY, columns }, json);
  for (const event of events) printer.event(event);
  printer.close();
  return out;
}

/** What a terminal shows in the end: what was cleared is gone. */
const screenOf = (out: string): string =>
  stripVTControlCharacters(
    out
      .split('\n')
      .map((line) => line.split(CLEAR).at(-1))
      .join('\n'),
  );

test('where nobody watches there is a line for each thing done, and no control character', () => {
  expect(print(EVENTS)).toBe(
    [
      '✓ role       arn:aws:iam::1:role/r: created 12 ms',
      '↻ push       the registry is busy',
      '✓ push       r@sha256:1: created 40 ms',
      '',
    ].join('\n'),
  );
});

test('a terminal shows what is under way in its last line, and in the end the same lines', () => {
  const out = print(EVENTS, { isTTY: true });
  const seen = stripVTControlCharacters(out);
  for (const line of ['… role, push', '… role, push (uploaded 551 KB)', '… push (uploaded 551 KB)']) expect(seen).toContain(line);
  expect(screenOf(out)).toBe(print(EVENTS));
});

test('a terminal that does not know its width is taken to have 80 characters', () => {
  expect(stripVTControlCharacters(print(EVENTS.slice(0, 2), { isTTY: true, columns: 0 }))).toContain('… role, push');
});

test('what was under way when it failed does not stay on the terminal, and no line is longer than that is wide', () => {
  const out = print(EVENTS.slice(0, 3), { isTTY: true, columns: 20 });
  expect(screenOf(out)).toBe('');
  const lines = stripVTControlCharacters(out.replaceAll(CLEAR, '\n')).split('\n');
  expect(Math.max(...lines.map(({ length }) => length))).toBe(19);
});

test('as JSON each event is a line, on a terminal too', () => {
  const lines = print(EVENTS, { isTTY: true, json: true }).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(EVENTS);
});
