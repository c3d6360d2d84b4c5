import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isDeep } from '../testing/seed.ts';
import { runAndLeaveNothing } from './support/run-and-leave-nothing.ts';

const TUTORIALS = readdirSync(join(import.meta.dirname, '..', 'tutorials')).filter((id) => /^\d\d-/.test(id));

// The pages run every tutorial as well, one by one, and search for secrets; the compiler demands each sentence in Korean.
test.runIf(isDeep)(
  'npm start -- all runs every tutorial, leaves nothing, tells no secret, and speaks the language of the locale',
  async () => {
    const { status, stdout, stderr, all } = await runAndLeaveNothing(['all', '--json'], { LANG: 'ko_KR.UTF-8' });
    expect(status, all).toBe(0);
    const report = JSON.parse(stdout) as { ok: boolean; steps: { step: string }[]; leftovers: string[] };
    expect(report).toMatchObject({ ok: true, leftovers: [] });
    expect(report.steps.map(({ step }) => step)).toEqual(TUTORIALS);

    // What agents say (») and what is shown (│) is nobody's narration.
    const narration = stderr.split('\n').filter((line) => line.trim() !== '' && !/^\s*[»│]/.test(line));
    expect(narration.length).toBeGreaterThan(50);
    expect(narration.filter((line) => !/\p{Script=Hangul}/u.test(line))).toEqual([]);
  },
);

test.runIf(isDeep)('a tutorial that fails in the middle deletes what it has made', async () => {
  const { status, stdout, stderr, all } = await runAndLeaveNothing(['06', '--json'], { TUTORIAL_MODEL_KEY: 'sk-wrong' });
  expect(status, all).toBe(1);
  expect(stderr).toContain('✓ nothing is left');
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, steps: [{ step: '06-machine-to-machine', ok: false }], leftovers: [] });
});
