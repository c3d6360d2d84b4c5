import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startEmulator } from '@agentcore-tutorials/emulator';
import { describe, expect, test } from 'vitest';
import { isDeep } from '../testing/seed.ts';
import { newLearner } from './support/learner.ts';

const json = (stdout: string) => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;

describe.concurrent('beside running steps', () => {
  test('status, check and hints tell how far a learner is, and what is missing', async ({ onTestFinished }) => {
    const learner = newLearner();
    onTestFinished(() => learner.leave());

    const before = await learner.npmStart(['status']);
    expect(before.status, before.all).toBe(0);
    expect(before.stdout).toContain('No run in progress');
    expect(before.stdout).toMatch(/ {2}01 {2}next {2}The agent on your machine[^]*Next: npm start -- 01/);
    expect((await learner.npmStart(['check', '02'])).all).toContain('no run is in progress. Next: npm start -- 02');

    await learner.npmStart(['01', '02', '03']);
    const done = await learner.npmStart(['check', '01', '02', '03', '--json']);
    expect(done.status, done.all).toBe(0);
    expect(json(done.stdout)).toMatchObject({ done: true, steps: [{ step: '01-local-agent' }, {}, { step: '03-deploy', done: true }] });
    expect(done.stderr).toContain('PASS  the agent answers');
    const status = json((await learner.npmStart(['status', '--json'])).stdout) as { dollarsPerHour: number; next: string };
    expect(status).toMatchObject({ target: 'local', next: '04-invoke', run: expect.stringMatching(/^[0-9a-f]{6}$/) });
    expect(status.dollarsPerHour).toBeCloseTo(0.00056, 5);

    const logs = await learner.npmStart(['logs', '03']);
    expect(logs.status, logs.all).toBe(0);
    expect(logs.stdout).toMatch(
      /\/aws\/bedrock-agentcore\/runtimes\/outbound_auth_[^]*\d\d:\d\d:\d\d\.\d{3} INFO Invocation completed requestId=/,
    );
    expect(logs.stdout).toMatch(/ERROR .*\n {4}ModelError: Failed to get token/);
    expect(logs.stdout).not.toMatch(/^\s+at /m);

    // A wrong key breaks what 03 made without touching it.
    await learner.npmStart(['02'], { TUTORIAL_MODEL_KEY: 'sk-wrong' });
    const broken = await learner.npmStart(['check', '03']);
    expect(broken.status).toBe(1);
    expect(broken.stdout).toMatch(/PASS {2}the deployed agent matches your files[^]*FAIL {2}the agent answers\n.*401 Incorrect API key/);
    expect((await learner.npmStart(['hints', '03', '2'])).stdout).toContain(
      'Hint 2 of 3: To get its key, an agent needs a user in the invocation',
    );

    const reset = await learner.npmStart(['reset']);
    expect(reset.status, reset.all).toBe(0);
    expect(readdirSync(join(learner.home, 'state'))).toEqual([]);
    expect((await learner.npmStart(['reset'])).stdout).toContain('There was nothing to reset.');
    expect(learner.processes()).toEqual([]);
  });

  test.runIf(isDeep)('a later failure counts, and the end of the path does not undo what was learned', async ({ onTestFinished }) => {
    const learner = newLearner();
    onTestFinished(() => learner.leave());
    await learner.npmStart(['01', '02', '03']);
    await learner.npmStart(['01'], { TUTORIAL_MODEL_KEY: 'sk-wrong' });
    expect((await learner.npmStart(['check', '01'])).stdout).toContain('its last run failed');
    await learner.npmStart(['01', '02', '05']);
    const over = await learner.npmStart(['check', '01', '02', '03', '05']);
    expect(over.status, over.all).toBe(0);
    const ended = json((await learner.npmStart(['--json', 'status'])).stdout) as { steps: { done: boolean }[]; next: string };
    expect(ended.steps.slice(0, 5).map(({ done }) => done)).toEqual([true, true, true, false, true]);
  });

  test('doctor finds what is wrong, says how to repair it, and shows no secret and no account', async ({ onTestFinished }) => {
    const learner = newLearner();
    onTestFinished(() => learner.leave());
    const fine = await learner.npmStart(['doctor']);
    expect(fine.status, fine.all).toBe(0);
    const nowhere = await learner.npmStart(['doctor', '--target', 'aws', '--json'], { AWS_EC2_METADATA_DISABLED: 'true' });
    const wrong = (json(nowhere.stdout) as { findings: object[] }).findings;
    expect(wrong).toContainEqual({ what: 'account', ok: false, detail: 'not checked: no region is set' });

    const emulator = await startEmulator({ ephemeral: true, accountId: '210987654321' });
    try {
      const environment = { ...emulator.env, AWS_REGION: 'ap-northeast-3', OPENAI_API_KEY: 'sk-secret with a space' };
      const { status, stdout, all } = await learner.npmStart(['doctor', '--target', 'aws', '--json'], environment);
      expect(status, all).toBe(1);
      const { findings, report } = json(stdout) as { findings: { what: string; ok: boolean; fix?: string }[]; report: string };
      expect(findings.filter(({ ok }) => !ok).map(({ what }) => what)).toEqual(['region', 'model key']);
      expect(report).toContain('************ as arn:aws:iam::************:');
      for (const secret of ['sk-secret', emulator.secretAccessKey, emulator.accessKeyId]) expect(all).not.toContain(secret);
    } finally {
      await emulator.stop();
    }
    expect(learner.processes()).toEqual([]);
  });

  test('the commands that they name stay on the account that they looked at', async ({ onTestFinished }) => {
    const learner = newLearner();
    onTestFinished(() => learner.leave());
    const emulator = await startEmulator({ ephemeral: true });
    onTestFinished(() => emulator.stop());
    const next = async (args: string) => {
      const { stdout } = await learner.npmStart([...args.split(' '), '--target', 'aws'], emulator.env);
      return [...stdout.matchAll(/npm start -- .*$/gm)].map(String);
    };
    expect(await next('status')).toEqual(['npm start -- 01 --target aws']);
    expect(await next('check 02')).toEqual(['npm start -- 02 --target aws', 'npm start -- hints 02 --target aws']);
    expect(await next('hints 02 3')).toEqual(['npm start -- 02 --target aws']);
  });

  test('doctor in Korean says all of it in Korean, and keeps the block for a bug report in English', async ({ onTestFinished }) => {
    const learner = newLearner();
    onTestFinished(() => learner.leave());
    const unknown = { LANG: 'ko_KR.UTF-8', AWS_REGION: 'us-east-9', AWS_EC2_METADATA_DISABLED: 'true' };
    const { stdout } = await learner.npmStart(['doctor', '--target', 'aws'], unknown);
    const findings = stdout.split('\n').filter((line) => /^ {2}(?:정상|문제) {2}(?!Node)|^ {6}\S/.test(line));
    expect(findings.length).toBeGreaterThan(6);
    for (const line of findings) expect(line).toMatch(/[가-힣].*[가-힣]/);
    expect(stdout).toMatch(/│ NOT OK region: us-east-9: AgentCore Runtime and Identity were not available/);
  });

  test.each([
    [['status', '--help', '--lang', 'ko'], 0, '옵션:\n  --target <target>'],
    [['status', '--help'], 0, 'Options:\n  --target <target>'],
    [['check', '99', '--lang', 'ko'], 2, "'99' 튜토리얼이나 명령을 찾을 수 없습니다"],
    [['03', '--wrong', '--lang=ko'], 2, "'--wrong' 옵션을 찾을 수 없습니다. 도움말: npm start -- --help [USAGE]"],
    [['04', '--from', '--lang', 'ko'], 2, '[USAGE]'],
  ])('%j is answered in its language', async (args, expected, text) => {
    const learner = newLearner();
    try {
      const { status, all } = await learner.npmStart(args);
      expect(status, all).toBe(expected);
      expect(all).toContain(text);
    } finally {
      learner.leave();
    }
  });

  test.each([
    [['hints', '03', '4'], 'Specify a tutorial, and a level from 1 to 3'],
    [['check', '99'], "Unknown tutorial or command '99'"],
    [['status', '03'], "Unexpected argument '03'"],
    [['reset', '--target', 'aws'], 'reset applies to this machine'],
  ])('%j is a mistake of which it tells in a line', async (args, text) => {
    const learner = newLearner();
    try {
      const { status, stderr } = await learner.npmStart(args);
      expect(status).toBe(2);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(stderr).toContain(text);
    } finally {
      learner.leave();
    }
  });
});
