import { Worker } from 'node:worker_threads';
import { assert, constantFrom, property, string } from 'fast-check';
import { expect, onTestFailed, onTestFinished, test } from 'vitest';
import type { ApiShape } from '../api/model.ts';
import { loadModels } from '../load-models.ts';
import { matchesPattern } from './matches-pattern.ts';

const USER_TOKEN = '[A-Za-z0-9-_=]+.[A-Za-z0-9-_=]+.[A-Za-z0-9-_=]+';

test("the pattern of a user's token is matched as its regular expression would", () => {
  const expression = new RegExp(`^(?:${USER_TOKEN})$`, 'u');
  assert(
    property(string({ unit: constantFrom('a', 'a', 'a', '-', '.', '!', '\n', '😀'), maxLength: 9 }), (value) => {
      expect(matchesPattern(USER_TOKEN, value)).toBe(expression.test(value));
    }),
    { numRuns: 3000 },
  );
});

/** Every pattern of every model, with the longest value that is tried against it. */
function patterns(): Map<string, number> {
  const found = new Map<string, number>();
  const visit = (shape: ApiShape | undefined): void => {
    if (!shape) return;
    if (shape.pattern !== undefined) found.set(shape.pattern, Math.max(found.get(shape.pattern) ?? 0, shape.max ?? 0, 4096));
    for (const inner of [shape.member, shape.key, shape.value, ...Object.values(shape.members ?? {})]) visit(inner);
  };
  for (const model of loadModels()) for (const shape of Object.values(model.shapes)) visit(shape);
  return found;
}

test('no pattern backtracks for long on a value that nearly matches', async () => {
  const units = [
    'a',
    '0',
    'A',
    '-',
    '_',
    '.',
    '/',
    ' ',
    '=',
    'a-',
    'a.',
    'a/',
    'a:',
    'aa--',
    'arn:aws:',
    'arn:aws:iam::123456789012:role/',
    'https://a',
  ];
  const starts = ['', 'arn:aws:bedrock-agentcore:us-west-2:123456789012:'];
  const values = [...patterns()].flatMap(([pattern, length]) =>
    starts.flatMap((start) => units.map((unit) => ({ pattern, value: `${(start + unit.repeat(length)).slice(0, length - 1)}\u0000` }))),
  );
  expect(values.length).toBeGreaterThan(1000);
  // In a thread, because what this test fears would never come back.
  const code = `const { workerData, parentPort } = require('node:worker_threads');
    import(workerData.module).then(({ matchesPattern }) => {
      for (const { pattern, value } of workerData.values) { parentPort.postMessage(pattern); matchesPattern(pattern, value); }
      parentPort.postMessage('');
    });`;
  const worker = new Worker(code, { eval: true, workerData: { module: new URL('matches-pattern.ts', import.meta.url).href, values } });
  let last: string | undefined;
  onTestFailed(() => console.error(`The last pattern was ${last}`));
  onTestFinished(() => void worker.terminate());
  await new Promise<void>((resolve, reject) => {
    worker.on('error', reject).on('message', (pattern: string) => {
      last = pattern;
      if (pattern === '') resolve();
    });
  });
});
