import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { DeployError } from '@agentcore-tutorials/deploy';
import { describe, expect, test } from 'vitest';
import { HarnessError } from './errors.ts';
import { verbatim } from './messages/catalog.ts';
import { presentError } from './present-error.ts';

function present(...args: Parameters<typeof presentError>) {
  const presented = presentError(...args);
  const { text, code, stack, status } = presented;
  return { text: `${text.in('en')}${code === undefined ? '' : ` [${code}]`}${stack === undefined ? '' : `\n${stack}`}`, status };
}

const awsError = Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException', $metadata: { httpStatusCode: 429 } });
const modelError = Object.assign(new Error('401 Incorrect API key', { cause: { status: 401 } }), { name: 'ModelError' });

describe('what a learner can put right is told in a paragraph, with its code and without a stack', () => {
  test.each([
    [new HarnessError('UNKNOWN_STEP', verbatim("There is no step '9'.")), "There is no step '9'. [UNKNOWN_STEP]", 2],
    [new HarnessError('CHECK_FAILED', verbatim('This should hold.')), 'This should hold. [CHECK_FAILED]', 1],
    [new DeployError('NOT_DEPLOYED', 'Deploy it first.'), 'Deploy it first. [NOT_DEPLOYED]', 1],
    [awsError, 'AWS returned an error: Rate exceeded [ThrottlingException]', 1],
    [
      modelError,
      expect.stringMatching(
        /^The model refused the request: 401 Incorrect API key The key is wrong. Correct TUTORIAL_MODEL_KEY or OPENAI_API_KEY.*\[MODEL_REFUSED\]$/,
      ),
      1,
    ],
    [new DeployError('AGENT_ERROR', '401 Incorrect API key.'), expect.stringMatching(/npm start -- 02 \[AGENT_ERROR\]$/), 1],
  ])('%s', (error, text, status) => {
    expect(present(error, false)).toEqual({ text, status });
  });
});

test.each([new TypeError('x is undefined'), 'a string', undefined, null])(
  'a bug (%s) says where to report it, with all that is known',
  (error) => {
    const { text, status } = present(error, false);
    expect(text).toContain('Please report it');
    expect(text).toContain(error instanceof Error ? error.stack : String(error));
    expect(status).toBe(1);
  },
);

test('whatever an interrupt has broken is no error', () => {
  expect(present(new TypeError('aborted'), true)).toEqual({ text: 'Stopped.', status: 130 });
});

test('a step that stands alone has a provider of its own: step 02 is not the place to put the right key', () => {
  const { text } = present(new DeployError('AGENT_ERROR', '401 Access denied.'), false, { alone: true });
  expect(text).toBe(
    "The agent's model refused the key: 401 Access denied. Store the right key in the provider of this tutorial. [AGENT_ERROR]",
  );
});

test.each([
  [
    { code: 'EROFS', syscall: 'mkdir', path: '/repo/.agentcore-tutorials' },
    'Cannot write to /repo/.agentcore-tutorials: EROFS: read-only file system. Make the folder writable, or set AGENTCORE_TUTORIALS_HOME',
  ],
  [{ code: 'ENOENT', syscall: 'mkdtemp', path: '/nowhere/agentcore-local-XXXXXX' }, 'Set TMPDIR to a writable directory'],
])('of a disk that cannot be written it says what to do: %o', (fault, text) => {
  const message = `${fault.code}: ${fault.code === 'EROFS' ? 'read-only file system' : 'no such file or directory'}, ${fault.syscall} '${fault.path}'`;
  const shown = present(Object.assign(new Error(message), fault), false);
  expect(shown).toEqual({ text: expect.stringContaining(text), status: 1 });
  expect(shown.text).not.toContain('bug');
});

test('a remedy is on the target of the command that failed', () => {
  const wrongKey = present(new DeployError('AGENT_ERROR', '401 Incorrect API key.'), false, { target: 'aws' });
  expect(wrongKey.text).toContain('npm start -- 02 --target aws');
  const failed = present(new DeployError('INVOKE_FAILED', 'Check your CloudWatch logs.'), false, { target: 'aws' });
  expect(failed.text).toContain('npm start -- logs --target aws');
});

test.each([
  [() => mkdirSync(import.meta.filename), /Cannot write to .*: EEXIST/],
  [() => writeFileSync(import.meta.dirname, ''), /Cannot write to .*: EISDIR/],
  [() => mkdirSync(`${import.meta.filename}/below`), /Cannot write to .*: ENOTDIR/],
])('a place that is something else is no bug: %#', (write, says) => {
  expect(present(attempt(write), false)).toEqual({ text: expect.stringMatching(says), status: 1 });
});

test.skipIf(!existsSync('/dev/full'))('a disk that is full is no bug, though a write that fails names no file', () => {
  const error = attempt(() => writeFileSync('/dev/full', 'x'));
  expect(present(error, false)).toEqual({ text: expect.stringMatching(/^The disk is full: ENOSPC/), status: 1 });
});

function attempt(act: () => void): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing failed');
}
