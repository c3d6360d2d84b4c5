import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('as standard decorators, both inject into methods, static ones and async generators, and keep `this` with its private fields', async () => {
  const program = fileURLToPath(new URL('fixtures/decorated.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', import.meta.resolve('tsx'), program]);
  expect(JSON.parse(stdout)).toEqual({
    answer: 'assistant openai-key hi',
    issues: ['#0 github-token-a+b', '#1 github-token-a+b'],
    shared: 'openai-key',
    undecorated: 'INVALID_ARGUMENT',
  });
});
