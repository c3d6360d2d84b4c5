import { describe, expect, test } from 'vitest';
import { findDifference } from './match-output.ts';
import { parseBlocks } from './parse-blocks.ts';

describe('an output is what the README says', () => {
  test.each([
    ['the same', ['a', 'b'], 'a\nb\n'],
    ['blank lines around it', ['a'], '\na\n\n'],
    ['another time, run and digest', ['made x_05de7a in (12 ms)'], 'made x_aaaaaa in (3 ms)'],
    ['lines left out', ['a', '...', 'd'], 'a\nb\nc\nd'],
    ['the rest left out', ['a', '...'], 'a\nb'],
    ['text left out', ['the cause: ... [CODE]'], 'the cause: anything (at all) [CODE]'],
  ])('%s', (_, expected, output) => {
    expect(findDifference(expected, output)).toBeUndefined();
  });
});

describe('it is not', () => {
  test.each([
    ['a line is missing', ['a', 'b'], 'a', 'b'],
    ['a line is added', ['a'], 'a\nb', '(the end)'],
    ['a line is another', ['a', 'b'], 'a\nc', 'b'],
    ['what follows the lines left out is missing', ['...', 'd'], 'a\nb', 'd'],
    ['letters of a pattern are letters', ['a.c'], 'abc', 'a.c'],
  ])('%s', (_, expected, output, missing) => {
    expect(findDifference(expected, output)?.expected).toBe(missing);
  });
});

test('a block has commands with their output, and attributes; indentation of the fence is not part of it', () => {
  const [block, ...others] = parseBlocks(
    'text\n\n   ```console exit=1 timeout=9\n   $ one\n   out\n     in\n   $ two\n   ```\n\n```ts\n$ no\n```\n',
  );
  expect(others).toEqual([]);
  expect(block).toEqual({
    attributes: { exit: '1', timeout: '9' },
    line: 3,
    text: '$ one\nout\n  in\n$ two',
    commands: [
      { command: 'one', expected: ['out', '  in'], line: 4 },
      { command: 'two', expected: [], line: 7 },
    ],
  });
});

test('a block that does not begin with a command is a mistake', () => {
  expect(() => parseBlocks('```console\nout\n```')).toThrow(/line 2: .*begins with a command/);
});
