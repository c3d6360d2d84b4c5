import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellWord } from './shell-word.ts';

test('a path without anything unusual stays as it is', () => {
  expect(shellWord('/srv/.agentcore-tutorials/aws')).toBe('/srv/.agentcore-tutorials/aws');
});

test.each(['/srv/my tutorials', "it's $PWD `here`", '한국어', ''])('a shell reads %j as one word, and as it was', (text) => {
  expect(execFileSync('sh', ['-c', `printf '%s|' ${shellWord(text)}`], { encoding: 'utf8' })).toBe(`${text}|`);
});
