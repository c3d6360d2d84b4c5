import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createNarrator } from './narrator.ts';
import { verbatim } from './messages/catalog.ts';
import { openRunState } from './run-state.ts';
import { runStep } from './run-step.ts';
import { defineStep, type Step } from './step.ts';
import type { Target } from './target.ts';

let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'run-step-'))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const target: Target = {
  name: 'aws',
  accountId: '123456789012',
  region: 'us-west-2',
  scope: 'aws-123456789012-us-west-2',
  models: { openai: { apiKey: 'sk-test', environment: {} } },
  vendor: undefined,
  own: false,
  policyDelayMs: 0,
  inventory: () => undefined,
  hasEnded: async () => false,
  close: async () => {},
};

function run(step: Pick<Step, 'run'> & Partial<Step>, signal = new AbortController().signal) {
  const out = new PassThrough();
  const said: string[] = [];
  out.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const state = openRunState({ directory, scope: target.scope, which: 'current' });
  const ended = runStep(defineStep({ id: '06-alone', title: verbatim('Alone'), ...step }), {
    target,
    state,
    say: createNarrator({ out }),
    signal,
  });
  return { ended, said: () => said.join('') };
}

describe('a step that stands alone', () => {
  test('is cleaned up after it ran, and leaves no state', async () => {
    const order: string[] = [];
    await run({ run: async () => void order.push('run'), cleanUp: async () => void order.push('cleanUp') }).ended;
    expect(order).toEqual(['run', 'cleanUp']);
    expect(readdirSync(directory)).toEqual([]);
  });

  test('is cleaned up after it failed, and the failure is what is told', async () => {
    let cleaned = false;
    const { ended } = run({ run: () => Promise.reject(new Error('no luck')), cleanUp: async () => void (cleaned = true) });
    await expect(ended).rejects.toThrow('no luck');
    expect(cleaned).toBe(true);
  });

  test('is cleaned up in peace after Ctrl-C', async () => {
    const controller = new AbortController();
    let interrupted: boolean | undefined;
    const { ended } = run(
      {
        run: async ({ signal }) => {
          controller.abort(new Error('Ctrl-C'));
          signal.throwIfAborted();
        },
        cleanUp: async ({ signal }) => void (interrupted = signal.aborted),
      },
      controller.signal,
    );
    await expect(ended).rejects.toThrow('Ctrl-C');
    expect(interrupted).toBe(false);
  });

  test('that cannot be cleaned up says how to, keeps its names, and still tells what failed first', async () => {
    const { ended, said } = run({
      run: () => Promise.reject(new Error('no luck')),
      cleanUp: () => Promise.reject(new Error('The network is gone.')),
    });
    await expect(ended).rejects.toThrow('no luck');
    expect(said()).toContain('The network is gone. Run tutorial 06 again to delete what is left.');
    expect(readdirSync(directory)).toHaveLength(1);
  });

  test('fails when only its clean-up does', async () => {
    await expect(run({ run: async () => {}, cleanUp: () => Promise.reject(new Error('denied')) }).ended).rejects.toThrow('denied');
  });
});

test('a step that needs a vendor says what to set where there is none', async () => {
  const { ended, said } = run({ needsVendor: true, run: async () => {}, cleanUp: async () => {} });
  await expect(ended).rejects.toMatchObject({ code: 'NO_VENDOR', message: expect.stringContaining('VENDOR_DISCOVERY_URL') });
  expect(said()).toBe('');
});
