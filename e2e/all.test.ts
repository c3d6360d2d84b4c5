import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newLearner } from './support/learner.ts';

const TUTORIALS = readdirSync(join(import.meta.dirname, '..', 'tutorials')).filter((id) => /^\d\d-/.test(id));

// One run for two claims: everything runs, and everything is told in Korean.
test('npm start -- all runs every tutorial, leaves nothing, and speaks the language of the locale', async ({ onTestFinished }) => {
  const learner = newLearner();
  onTestFinished(() => learner.leave());
  const { status, stdout, stderr, all } = await learner.npmStart(['all', '--json'], { LANG: 'ko_KR.UTF-8' });
  expect(status, all).toBe(0);
  const report = JSON.parse(stdout) as { ok: boolean; steps: { step: string }[]; leftovers: string[] };
  expect(report).toMatchObject({ ok: true, leftovers: [] });
  expect(report.steps.map(({ step }) => step)).toEqual(TUTORIALS);

  // What agents say (») and what is shown (│) is nobody's narration.
  const narration = stderr.split('\n').filter((line) => line.trim() !== '' && !/^\s*[»│]/.test(line));
  expect(narration.length).toBeGreaterThan(50);
  expect(narration.filter((line) => !/\p{Script=Hangul}/u.test(line))).toEqual([]);
  expect(learner.processes()).toEqual([]);
  expect(readdirSync(learner.temporary)).toEqual([]);
  expect(readdirSync(join(learner.home, 'state'))).toEqual([]);
});
