import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startEmulator, type Emulator } from '@agentcore-tutorials/emulator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isDeep } from '../testing/seed.ts';
import { newLearner, type Learner } from './support/learner.ts';

/** For those who work on an account: an emulator each, so that what is left can be told. */
async function onAccount(work: (learner: Learner, emulator: Emulator) => Promise<void>): Promise<void> {
  const learner = newLearner();
  const emulator = await startEmulator({ ephemeral: true });
  try {
    await work(learner, emulator);
  } finally {
    await emulator.stop();
    learner.leave();
  }
}

const ON_ACCOUNT = ['--target', 'aws', '--yes'];

describe('a tutorial that is stopped in the middle', () => {
  test('by a signal to its whole process group cleans up: the launcher passes on what the tutorial has got already', () =>
    onAccount(async (learner, emulator) => {
      const running = learner.startNpmStart(['06', ...ON_ACCOUNT], emulator.env, { detached: true });
      await running.until('OAuth2 credential provider created');
      process.kill(-running.child.pid!, 'SIGTERM');
      const { status, all } = await running.ended;
      expect(all).toContain('Cleaning up');
      expect(status).toBe(143);
      expect(emulator.inventory()).toEqual([]);
      expect(learner.processes()).toEqual([]);
    }));

  test.runIf(isDeep)('because nobody reads its output any more cleans up, and prints no stack', () =>
    onAccount(async (learner, emulator) => {
      const running = learner.startNpmStart(['06', ...ON_ACCOUNT], emulator.env);
      await running.until('OAuth2 credential provider created');
      running.child.stdout?.destroy();
      const { status, stderr } = await running.ended;
      expect(stderr).not.toMatch(/EPIPE|^\s+at /m);
      expect(status).toBe(141);
      expect(emulator.inventory()).toEqual([]);
    }),
  );

  test.runIf(isDeep)('by kill -9 is not forgotten: status names its run, 05 says what is left, and running it again deletes that', () =>
    onAccount(async (learner, emulator) => {
      const running = learner.startNpmStart(['06', ...ON_ACCOUNT], emulator.env, { detached: true });
      await running.until('repository: created');
      process.kill(-running.child.pid!, 'SIGKILL');
      await running.ended;
      expect(emulator.inventory().length).toBeGreaterThan(2);

      const status = await learner.npmStart(['status', '--target', 'aws', '--json'], emulator.env);
      const { run, runs } = JSON.parse(status.stdout.trim().split('\n').at(-1) ?? '') as { run: string; runs: string[] };
      expect(runs).toEqual([run]);
      const end = await learner.npmStart(['05', ...ON_ACCOUNT], emulator.env);
      expect(end.status).toBe(1);
      expect(end.all).toMatch(new RegExp(`left resources of run ${run}: .*notes_${run}.*\\[CHECK_FAILED\\]`));

      const again = await learner.npmStart(['06', ...ON_ACCOUNT], emulator.env);
      expect(again.status, again.all).toBe(0);
      expect(emulator.inventory()).toEqual([]);
      expect((await learner.npmStart(['05', ...ON_ACCOUNT], emulator.env)).status).toBe(0);
    }),
  );
});

describe('a command whose output is closed from the start', () => {
  const learner = newLearner({ clone: true });
  afterAll(() => learner.leave());

  test.each([
    [['01'], 141],
    [['01', '--break', '2'], 141],
    [['01', '--repair'], 0],
    [['status'], 0],
  ])('%j ends in order, and prints no stack', async (args, expected) => {
    const running = learner.startNpmStart(args);
    running.child.stdout?.destroy();
    const { status, stderr } = await running.ended;
    expect(stderr).not.toMatch(/EPIPE|^\s+at /m);
    expect(status).toBe(expected);
  });
});

test('a command that begins while another one is at work waits for it, and does not end with it', async ({ onTestFinished }) => {
  const learner = newLearner();
  onTestFinished(() => learner.leave());
  expect((await learner.npmStart(['02'])).status).toBe(0);
  const first = learner.startNpmStart(['03']);
  await first.until('03 Deploy');
  const second = await learner.npmStart(['02']);
  expect((await first.ended).status).toBe(0);
  expect(second.all).toContain('Another command is running here');
  expect(second.status, second.all).toBe(0);
});

describe('on this machine', () => {
  const asked: string[] = [];
  const trap = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(500).end();
  });
  beforeAll(async () => void (await once(trap.listen(0, '127.0.0.1'), 'listening')));
  afterAll(() => void trap.close());

  test.runIf(isDeep)(
    'no setting of the shell or of a profile leads a tutorial away from the emulator, and none of a proxy',
    async ({ onTestFinished }) => {
      const learner = newLearner();
      onTestFinished(() => learner.leave());
      const url = `http://127.0.0.1:${(trap.address() as AddressInfo).port}`;
      const aws = join(learner.home, 'home', '.aws');
      mkdirSync(aws);
      writeFileSync(
        join(aws, 'config'),
        '[default]\nignore_configured_endpoint_urls = true\nuse_fips_endpoint = true\nregion = eu-west-1\n',
      );
      const { status, all } = await learner.npmStart(['06'], {
        AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
        AWS_ENDPOINT_URL_BEDROCK_AGENTCORE_CONTROL: url,
        AWS_ENDPOINT_URL_STS: url,
        AWS_USE_FIPS_ENDPOINT: 'true',
        AWS_USE_DUALSTACK_ENDPOINT: 'true',
        AWS_PROFILE: 'somebody',
        NODE_USE_ENV_PROXY: '1',
        HTTP_PROXY: url,
        http_proxy: url,
      });
      expect(status, all).toBe(0);
      expect(asked).toEqual([]);
      expect(readdirSync(learner.temporary)).toEqual([]);
    },
  );
});
