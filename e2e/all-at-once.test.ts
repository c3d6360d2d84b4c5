import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startEmulator } from '@agentcore-tutorials/emulator';
import { describe, expect, test } from 'vitest';
import { isDeep } from '../testing/seed.ts';
import { newLearner } from './support/learner.ts';

const STEPS = ['01-local-agent', '02-create-provider', '03-deploy', '04-invoke', '05-cleanup'];

interface Report {
  ok: boolean;
  target: string;
  steps: { step: string; ok: boolean; ms: number; output: string }[];
  leftovers: string[];
}

const reportOf = (stdout: string) => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Report;

describe.concurrent('npm start', () => {
  test.runIf(isDeep)(
    'reports all tutorials as one line of JSON, in the emulator that runs already, beside what is there',
    async ({ onTestFinished }) => {
      const learner = newLearner();
      onTestFinished(() => learner.leave());
      const emulator = await startEmulator({ dataDirectory: join(learner.home, 'state', 'aws') });
      try {
        const single = await learner.npmStart(['02']);
        expect(single.status, single.all).toBe(0);
        const before = emulator.inventory();
        expect(before).toHaveLength(2);
        const { status, stdout, all } = await learner.npmStart(['--json']);
        expect(status, all).toBe(0);
        expect(stdout.trimEnd().split('\n')).toHaveLength(1);
        const { steps, ...report } = reportOf(stdout);
        expect(report).toMatchObject({ ok: true, target: 'local', leftovers: [] });
        expect(steps.map(({ step }) => step)).toEqual(STEPS);
        expect(steps.every((step) => step.ok && step.ms > 0)).toBe(true);
        expect(steps[0]?.output).toMatch(/sunny[^]*4/);
        expect(steps[2]?.output).toContain('Busan');
        expect(steps[3]?.output).toContain('144');
        expect(emulator.inventory()).toEqual(before);

        // What the model was asked, exactly: a model that asks again would hide a tool call that was lost.
        const requests = await modelRequests(emulator);
        expect(requests.map(({ status }) => status)).toEqual(Array.from({ length: requests.length }, () => 200));
        const tools = requests.flatMap(({ toolCalls }) => toolCalls.map(({ name }) => name));
        expect(tools).toEqual(['weather', 'calculator', 'weather', ...Array.from({ length: 6 }, () => 'calculator')]);
        expect(requests).toHaveLength(2 * tools.length);
      } finally {
        await emulator.stop();
      }
      expect(learner.processes()).toEqual([]);
    },
  );

  test('when a step fails the later ones are left out, what was made is deleted, and the report says which it was', async ({
    onTestFinished,
  }) => {
    const learner = newLearner();
    onTestFinished(() => learner.leave());
    const { status, stdout, all } = await learner.npmStart(['--json'], { TUTORIAL_MODEL_KEY: 'sk-wrong' });
    expect(status, all).toBe(1);
    expect(reportOf(stdout)).toMatchObject({
      ok: false,
      leftovers: [],
      error: { code: 'ModelError', message: expect.stringContaining('Incorrect API key') },
    });
    expect(reportOf(stdout).steps.map(({ step, ok }) => [step, ok])).toEqual([
      ['01-local-agent', false],
      ['05-cleanup', true],
    ]);
  });

  test.runIf(isDeep)('interrupted in the middle of 03 it still cleans up', async ({ onTestFinished }) => {
    const learner = newLearner();
    onTestFinished(() => learner.leave());
    const running = learner.startNpmStart(['--verbose']);
    await running.until('role: created');
    running.child.kill('SIGTERM');
    const { status, stdout, all } = await running.ended;
    expect(stdout).toContain('05 Clean up, and verify it');
    expect(stdout).toContain('✓ nothing is left');
    expect(all).toContain('Stopped.');
    expect(all).not.toMatch(/^\s+at /m);
    expect(status).toBe(143);
    expect(learner.processes()).toEqual([]);
    expect(readdirSync(learner.temporary)).toEqual([]);
    expect(readdirSync(join(learner.home, 'state'))).toEqual([]);
  });

  test('--target aws goes where AWS_ENDPOINT_URL points, tells where that is, and leaves it as it was', async ({ onTestFinished }) => {
    const learner = newLearner();
    onTestFinished(() => learner.leave());
    const emulator = await startEmulator({ ephemeral: true, accountId: '210987654321', region: 'eu-central-1' });
    const run = async (step: string) => {
      const { status, stdout, stderr, all } = await learner.npmStart([step, '--target', 'aws', '--yes', '--json'], emulator.env);
      expect(status, all).toBe(0);
      expect(reportOf(stdout)).toMatchObject({ ok: true, target: 'aws' });
      expect(stderr).toContain('Account 210987654321, region eu-central-1');
      expect(all).not.toContain(emulator.modelApiKey);
      expect(all).not.toContain(emulator.secretAccessKey);
      return stderr;
    };
    try {
      expect(await run('02')).toContain('It creates: a credential provider');
      expect(emulator.inventory()).toHaveLength(2);
      await run('05');
      expect(emulator.inventory()).toEqual([]);
    } finally {
      await emulator.stop();
    }
  });

  test('--target aws without --yes and without a terminal refuses, and has done nothing', async ({ onTestFinished }) => {
    const learner = newLearner();
    onTestFinished(() => learner.leave());
    const emulator = await startEmulator({ ephemeral: true });
    try {
      const { status, all } = await learner.npmStart(['--target', 'aws'], emulator.env);
      expect(all).toContain('[NOT_CONFIRMED]');
      expect(status).toBe(2);
      expect(emulator.inventory()).toEqual([]);
      expect(await modelRequests(emulator)).toEqual([]);
    } finally {
      await emulator.stop();
    }
    expect(existsSync(join(learner.home, 'state'))).toBe(false);
  });
});

async function modelRequests({ endpoint, adminToken }: { endpoint: string; adminToken: string }) {
  const response = await fetch(`${endpoint}/_emulator/model/requests`, { headers: { authorization: `Bearer ${adminToken}` } });
  return ((await response.json()) as { requests: { status: number; toolCalls: { name: string }[] }[] }).requests;
}
