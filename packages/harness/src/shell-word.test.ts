import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellWord } from './shell-word.ts';

test('a path without anything unusual stays as it is', () => {
  expect(shellWord('/home/ann/.agentcore-tutorials/aws')).toBe('/home/ann/.agentcore-tutorials/aws');
});

test.each(['/home/ann/my tutorials', "it's $HOME `here`", '한국어', ''])('a shell reads %j as one word, and as it was', (text) => {
  expect(execFileSync('sh', ['-c', `printf '%s|' ${shellWord(text)}`], { encoding: 'utf8' })).toBe(`${text}|`);
});
