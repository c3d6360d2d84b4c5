import { expect, test } from 'vitest';
import { commandAt } from './command-at.ts';

test.each([
  [['status'], 0],
  [['--lang', 'ko', 'status'], 2],
  [['--lang=ko', '--json', 'status', '--target', 'aws'], 2],
  [['--yes', 'sweep', '--older-than', '1h'], 1],
  [['--target', 'aws'], -1],
  [[], -1],
])('of %j the command is word %i', (argv, at) => {
  expect(commandAt(argv)).toBe(at);
});
