import { describe, expect, test } from 'vitest';
import { runStandAlone } from './support/stand-alone.ts';

// What each of them prints is in its README, which is tested too. Here: for whom what is done, and that nothing is left or told.
describe.concurrent('the steps that stand alone', () => {
  test('06 fails in the middle, and what it has made is deleted', async () => {
    const { status, stdout, stderr, all } = await runStandAlone(['06', '--json'], { TUTORIAL_MODEL_KEY: 'sk-wrong' });
    expect(status, all).toBe(1);
    expect(stderr).toContain('✓ nothing is left');
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, steps: [{ step: '06-machine-to-machine', ok: false }], leftovers: [] });
  });

  test('07 asks ann, does not ask her, asks her again, and asks bob himself', async () => {
    const { status, stdout, all } = await runStandAlone(['07']);
    expect(status, all).toBe(0);
    const clicks = stdout.matchAll(/A stand-in for (\w+) clicks, and sees at the end: Consent given/g);
    expect([...clicks].map(([, user]) => user)).toEqual(['ann', 'ann', 'bob']);
    expect(notesIn(stdout)).toEqual([...Array.from({ length: 3 }, () => 'Water the plants, Call the dentist.'), 'Buy a new bicycle bell.']);
  });

  test('08 lets in who has a token for this agent, and acts for that user alone', async () => {
    const { status, stdout, all } = await runStandAlone(['08']);
    expect(status, all).toBe(0);
    expect([...stdout.matchAll(/│ (.*)/g)].map(([, text]) => text)).toEqual([
      expect.stringMatching(/^401 Bearer resource_metadata="http.*\/\.well-known\/oauth-protected-resource\?qualifier=DEFAULT"$/),
      expect.stringMatching(/AccessDeniedException: Authorization method mismatch/),
      expect.stringMatching(/^403 .*Claim 'aud' value mismatch/),
    ]);
    expect(notesIn(stdout)).toEqual(['Water the plants, Call the dentist.', 'Buy a new bicycle bell.']);
  });
});

const notesIn = (stdout: string) => [...stdout.matchAll(/» list_notes answered: (.*)/g)].map(([, text]) => text);
