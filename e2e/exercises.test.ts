import { afterAll, describe, expect, test } from 'vitest';
import { isDeep } from '../testing/seed.ts';
import { newLearner } from './support/learner.ts';

// An exercise that is left behind explains whatever happens next, so every command names it. In a clone, whose files exercises change.
const learner = newLearner({ clone: true });
afterAll(() => learner.leave());

const start = async (args: string) => {
  const { status, all } = await learner.npmStart(args.split(' '));
  return { status, output: all };
};
const ACTIVE = /Exercise 1 of tutorial 02 is active: A wrong key in the provider\. To undo it: npm start -- 02 --repair/;

describe('an exercise that has changed a resource', () => {
  test('is named first by every command until it is repaired', async () => {
    const broken = await start('02 --break 1');
    expect(broken.status).toBe(0);
    expect(broken.output).toContain('Your turn: run npm start -- 02 to undo what the exercise changed.');
    for (const [command, status] of [
      ['01', 0],
      ['status', 0],
    ] as const) {
      const ended = await start(command);
      expect(ended.status, ended.output).toBe(status);
      expect(ended.output.trimStart().split('\n')[0]).toMatch(ACTIVE);
    }
    expect((await start('status')).output.trimEnd()).toMatch(/Next: npm start -- 02 --repair$/);
    const checked = await start('check 02');
    expect(checked.status).toBe(1);
    expect(checked.output).toMatch(/FAIL {2}no exercise is active\n.*Next: npm start -- 02 --repair[^]*npm start -- hints 02$/m);
    expect((await start('hints 03 1')).output).toContain('Exercise 1 of tutorial 02 is active: A wrong key in the provider.');
    expect((await learner.step('02-create-provider', ['hints', '2'])).all).toContain('what tutorial 02 has created');
  });

  test('is repaired before another one begins, in the vault too', async () => {
    const next = await start('02 --break 2');
    expect(next.output).toMatch(/Repaired exercise 1 of tutorial 02[^]*Ran tutorial 02 again[^]*Exercise 2: An invalid name/);
    expect((await start('status --json')).output).toContain('"exercises":[{"step":"02-create-provider","number":2}]');
    expect((await start('02 --repair')).output).toContain('Repaired exercise 2 of tutorial 02');
    expect((await start('check 02')).output).not.toContain('FAIL');
  });

  test.runIf(isDeep)('needs no further run after a repair that ran the tutorial again', async () => {
    await start('02 --break 1');
    expect((await start('02 --repair')).output).toMatch(
      /Ran tutorial 02 again[^]*Next: npm start -- 03 {2}\(tutorials\/03-deploy\/README\.md\)/,
    );
  });

  test.runIf(isDeep)('ends when the tutorial itself is run again as it should be', async () => {
    await start('02 --break 1');
    expect((await start('02')).status).toBe(0);
    expect((await start('status --json')).output).toContain('"exercises":[]');
    expect((await start('02 --repair')).output).toContain('No exercise of this tutorial is active.');
  });
});

test('an exercise whose tutorial cannot start is undone', async () => {
  expect((await start('reset')).status).toBe(0);
  const ended = await start('03 --break 1');
  expect(ended.status).toBe(2);
  expect(ended.output).toContain('[MISSING_STEP]');
  expect(ended.output).toContain('The tutorial could not start, so the exercise was undone.');
  expect((await start('status --json')).output).toContain('"exercises":[]');
});

test.runIf(isDeep)('an exercise that leaves nothing to undo says how to go on', async () => {
  const { output } = await start('01 --break 1');
  expect(output).toContain('[MODEL_REFUSED]');
  expect(output).toMatch(/This exercise changed nothing that must be undone\. Next: npm start -- 01$/m);
});
