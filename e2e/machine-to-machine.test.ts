import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startEmulator } from '@agentcore-tutorials/emulator';
import { expect, test } from 'vitest';
import { newLearner } from './support/learner.ts';

test('06 stands alone: an agent writes and reads notes with tokens of its own, and nothing is left but the notes', async ({
  onTestFinished,
}) => {
  const learner = newLearner();
  onTestFinished(() => learner.leave());
  const emulator = await startEmulator({ dataDirectory: join(learner.home, 'state', 'aws') });
  try {
    const { status, stdout, all } = await learner.npmStart(['06']);
    expect(status, all).toBe(0);
    expect(stdout).toContain('401 Bearer');
    expect(stdout).toContain('list_notes answered: buy milk.');
    expect(stdout).toContain('✓ nothing is left');
    expect(emulator.inventory()).toEqual([]);
    for (const secret of [emulator.vendor.clientSecret, emulator.modelApiKey, emulator.secretAccessKey]) expect(all).not.toContain(secret);
    // A JWT, as the vendor's access tokens are.
    expect(all).not.toMatch(/eyJ[\w-]+\.[\w-]+\./);
  } finally {
    await emulator.stop();
  }
  expect(readdirSync(join(learner.home, 'state'))).toEqual(['aws', 'progress.json']);
  expect(readdirSync(learner.temporary)).toEqual([]);
  expect(learner.processes()).toEqual([]);
});

test('06 that fails in the middle deletes what it has made', async ({ onTestFinished }) => {
  const learner = newLearner();
  onTestFinished(() => learner.leave());
  const { status, stdout, stderr, all } = await learner.npmStart(['06', '--json'], { TUTORIAL_MODEL_KEY: 'sk-wrong' });
  expect(status, all).toBe(1);
  expect(stderr).toContain('✓ nothing is left');
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, steps: [{ step: '06-machine-to-machine', ok: false }], leftovers: [] });
});
