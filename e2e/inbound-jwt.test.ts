import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startEmulator } from '@agentcore-tutorials/emulator';
import { expect, test } from 'vitest';
import { newLearner } from './support/learner.ts';

test("08 stands alone: who may not call is refused, ann and bob get their own notes, and no token of anybody's is told or left", async ({
  onTestFinished,
}) => {
  const learner = newLearner();
  onTestFinished(() => learner.leave());
  const printed: string[] = [];
  const emulator = await startEmulator({
    dataDirectory: join(learner.home, 'state', 'aws'),
    onSessionEvent: (event) => event.type === 'output' && printed.push(event.line),
  });
  try {
    const { status, stdout, all } = await learner.npmStart(['08']);
    expect(status, all).toBe(0);
    const shown = [...stdout.matchAll(/│ (.*)/g)].map(([, text]) => text);
    expect(shown).toEqual([
      expect.stringMatching(/^401 Bearer resource_metadata="http.*\/\.well-known\/oauth-protected-resource\?qualifier=DEFAULT"$/),
      expect.stringMatching(/AccessDeniedException: Authorization method mismatch/),
      expect.stringMatching(/^403 .*Claim 'aud' value mismatch/),
    ]);
    const notes = [...stdout.matchAll(/» list_notes answered: (.*)/g)].map(([, text]) => text);
    expect(notes).toEqual(['Water the plants, Call the dentist.', 'Buy a new bicycle bell.']);
    expect(stdout).toContain('✓ nothing is left');
    expect(emulator.inventory()).toEqual([]);
    const told = all + printed.join('\n');
    for (const secret of [emulator.vendor.clientSecret, emulator.modelApiKey, emulator.secretAccessKey]) expect(told).not.toContain(secret);
    // Access tokens are JWTs; an address of the browser would hold a code or a state.
    expect(told).not.toMatch(/eyJ[\w-]+\.[\w-]+\./);
    expect(told).not.toMatch(/state=|code=|code_challenge/);
  } finally {
    await emulator.stop();
  }
  expect(readdirSync(join(learner.home, 'state'))).toEqual(['aws', 'progress.json']);
  expect(readdirSync(learner.temporary)).toEqual([]);
  expect(learner.processes()).toEqual([]);
});
