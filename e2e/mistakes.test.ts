import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startEmulator, type Emulator } from '@agentcore-tutorials/emulator';
import { IdentityClient } from '@agentcore-tutorials/identity';
import { describe, expect, test } from 'vitest';
import { isDeep } from '../testing/seed.ts';
import { newLearner, type Ended, type Learner } from './support/learner.ts';

async function withLearner(run: (learner: Learner) => Promise<void>): Promise<void> {
  const learner = newLearner();
  try {
    await run(learner);
    expect(learner.processes()).toEqual([]);
  } finally {
    learner.leave();
  }
}

/** With an emulator that runs in another process than the steps do. */
async function withEmulator(run: (learner: Learner, emulator: Emulator & { printed: string[] }) => Promise<void>): Promise<void> {
  await withLearner(async (learner) => {
    const printed: string[] = [];
    const emulator = await startEmulator({
      dataDirectory: join(learner.home, 'state', 'aws'),
      onSessionEvent: (event) => event.type === 'output' && printed.push(event.line),
    });
    try {
      await run(learner, { ...emulator, printed });
    } finally {
      await emulator.stop();
    }
  });
}

const stateFile = (learner: Learner) => join(learner.home, 'state', 'run-local-123456789012-us-west-2.json');

/** A learner's mistake: a status, a message with its code, and nothing that looks like a crash. */
function assertMistake({ status, all }: Ended, expected: { status: number; code: string; says: RegExp }): void {
  expect(all).toContain(`[${expected.code}]`);
  expect(all).toMatch(expected.says);
  expect(all).not.toMatch(/^\s+at /m);
  expect(status).toBe(expected.status);
}

describe.concurrent('what a learner gets wrong', () => {
  test.each([
    [['10'], 'UNKNOWN_STEP', /Unknown tutorial or command '10'\. Expected one of: 01-local-agent/],
    [['--from', 'nine'], 'UNKNOWN_STEP', /Unknown tutorial or command 'nine'/],
    [['--tarjet', 'aws'], 'USAGE', /--tarjet/],
    [['--target', 'gcp'], 'USAGE', /Invalid value 'gcp' for --target. Expected local, aws/],
    [['01', '{"promt":"Hello"}'], 'BAD_PAYLOAD', /Expected JSON such as '\{"prompt"/],
    [['01', '--repair', '--target', 'local'], 'USAGE', /Option '--target' has no effect with 'npm start -- --repair'/],
    [['01', '--repair', '--model', 'local'], 'USAGE', /Option '--model' has no effect/],
    [['01', '--repair', '--run', 'abcdef'], 'USAGE', /Option '--run' has no effect/],
    [['01', '--repair', '{"prompt":"Hello"}'], 'USAGE', /Unexpected argument '\{"prompt":"Hello"\}'/],
    [['05', '--run', '../../x'], 'UNKNOWN_RUN', /Expected 6 hexadecimal digits/],
  ])('npm start -- %j', async (args, code, says) => {
    await withLearner(async (learner) => {
      assertMistake(await learner.npmStart(args), { status: 2, code, says });
    });
  });

  test('a step before its time says which one to run first', async () => {
    await withLearner(async (learner) => {
      assertMistake(await learner.step('04-invoke'), { status: 2, code: 'MISSING_STEP', says: /Run it first: npm start -- 03/ });
      assertMistake(await learner.npmStart(['--from', '03']), { status: 2, code: 'MISSING_STEP', says: /Run it first: npm start -- 02/ });
    });
  });

  test('a state that cannot be read is named', async () => {
    await withLearner(async (learner) => {
      const state = join(learner.home, 'state');
      mkdirSync(state);
      writeFileSync(stateFile(learner), '{"id":');
      assertMistake(await learner.npmStart(['02']), {
        status: 2,
        code: 'UNKNOWN_RUN',
        says: /Cannot read the state of the run.*Delete the file/,
      });
    });
  });

  test('--target aws without a key for the model, or with credentials that AWS does not know', async () => {
    await withLearner(async (learner) => {
      const aws = { AWS_REGION: 'us-west-2', AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'x'.repeat(40) };
      assertMistake(await learner.npmStart(['--target', 'aws', '--yes'], aws), { status: 2, code: 'NO_MODEL_KEY', says: /OPENAI_API_KEY/ });
      const emulator = await startEmulator({ ephemeral: true });
      const unknown = { ...aws, AWS_ENDPOINT_URL: emulator.endpoint, OPENAI_API_KEY: 'sk-mine' };
      const ended = await learner.npmStart(['--target', 'aws', '--yes'], unknown);
      await emulator.stop();
      assertMistake(ended, { status: 2, code: 'NO_CREDENTIALS', says: /AWS did not accept your credentials/ });
    });
  });

  test.each([
    [
      'a dead AWS_ENDPOINT_URL',
      { AWS_REGION: 'us-west-2', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
      'UNREACHABLE',
      /Nothing answers at http:\/\/127\.0\.0\.1:9.*unset AWS_ENDPOINT_URL/,
    ],
    ['no region', {}, 'NO_REGION', /Set AWS_REGION, or a region in your AWS profile/],
    [
      'no credentials',
      { AWS_REGION: 'us-west-2', AWS_ACCESS_KEY_ID: '' },
      'NO_CREDENTIALS',
      /No AWS credentials were found.*aws sso login/,
    ],
  ])('--target aws with %s gets the remedy for that', async (_, settings, code, says) => {
    await withLearner(async (learner) => {
      const keys = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'x'.repeat(40) };
      const env = { ...keys, OPENAI_API_KEY: 'sk-mine', AWS_EC2_METADATA_DISABLED: 'true', AWS_MAX_ATTEMPTS: '1', ...settings };
      const ended = await learner.npmStart(['02', '--target', 'aws', '--yes'], env);
      assertMistake(ended, { status: 2, code, says });
      expect(ended.all.match(/aws sso login/g) ?? []).toHaveLength(code === 'NO_CREDENTIALS' ? 1 : 0);
    });
  });

  test('a port that is taken', async () => {
    await withLearner(async (learner) => {
      const server = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      const { port } = server.address() as AddressInfo;
      const ended = await learner.agentcoreLocal(['start', '--ephemeral', '--port', String(port)]);
      server.close();
      assertMistake(ended, { status: ended.status ?? 0, code: 'PORT_IN_USE', says: new RegExp(String(port)) });
      expect(ended.status).not.toBe(0);
    });
  });
});

describe.concurrent('what a learner breaks, with an emulator in another terminal', () => {
  test('an agent has the key neither in its environment nor in what it prints; without its provider 04 says so, and 05 cleans up', async () => {
    await withEmulator(async (learner, emulator) => {
      const made = await learner.npmStart(['02', '03']);
      expect(made.status, made.all).toBe(0);
      const response = await fetch(`${emulator.endpoint}/_emulator/sessions`, {
        headers: { authorization: `Bearer ${emulator.adminToken}` },
      });
      const { sessions } = (await response.json()) as { sessions: { pid: number }[] };
      expect(sessions.length).toBeGreaterThan(0);
      expect(emulator.printed.join()).toContain('requestId');
      expect(emulator.printed.join()).not.toContain(emulator.modelApiKey);
      for (const { pid } of process.platform === 'linux' ? sessions : []) {
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
        expect(environment).toContain('PROVIDER_NAME=openai-');
        expect(environment).not.toContain(emulator.modelApiKey);
      }

      const identity = new IdentityClient({
        region: emulator.region,
        endpoint: emulator.endpoint,
        credentials: { accessKeyId: emulator.accessKeyId, secretAccessKey: emulator.secretAccessKey },
      });
      const { id } = JSON.parse(readFileSync(stateFile(learner), 'utf8').split('\n', 1)[0] ?? '') as { id: string };
      await identity.deleteApiKeyCredentialProvider({ name: `openai-${id}` });
      const invoked = await learner.npmStart(['04']);
      assertMistake(invoked, { status: 1, code: 'AGENT_ERROR', says: /openai-[0-9a-f]{6}/ });
      const cleaned = await learner.npmStart(['05']);
      expect(cleaned.status, cleaned.all).toBe(0);
      expect(emulator.inventory()).toEqual([]);
    });
  });

  test('two terminals at once share a run, and neither undoes the mark of the other', async () => {
    await withEmulator(async (learner) => {
      const ended = await Promise.all([learner.npmStart(['01']), learner.npmStart(['02']), learner.npmStart(['02'])]);
      for (const { status, all } of ended) expect(status, all).toBe(0);
      const { steps } = JSON.parse((await learner.npmStart(['status', '--json'])).stdout.trim()) as { steps: { done: boolean }[] };
      expect(steps.slice(0, 3).map(({ done }) => done)).toEqual([true, true, false]);
    });
  });

  test('Ctrl-C in the middle of 03, then 05: nothing is left', async () => {
    await withEmulator(async (learner, emulator) => {
      const made = await learner.npmStart(['02']);
      expect(made.status, made.all).toBe(0);
      const deploying = learner.startStep('03-deploy');
      await deploying.until('repository: created');
      deploying.signalGroup('SIGINT');
      const { status, all } = await deploying.ended;
      expect(all).toContain('Stopped.');
      expect(all).toContain('npm start -- 05');
      expect(all).not.toMatch(/^\s+at /m);
      expect(status).toBe(130);
      const cleaned = await learner.npmStart(['05']);
      expect(cleaned.status, cleaned.all).toBe(0);
      expect(emulator.inventory()).toEqual([]);
    });
  });

  test.runIf(isDeep)('killed in the middle of 03, and its state deleted: 05 finds by the tags what to delete', async () => {
    await withEmulator(async (learner, emulator) => {
      const made = await learner.npmStart(['02']);
      expect(made.status, made.all).toBe(0);
      const deploying = learner.startStep('03-deploy');
      await deploying.until('role: created');
      deploying.signalGroup('SIGKILL');
      await deploying.ended;
      rmSync(stateFile(learner));
      expect(emulator.inventory().length).toBeGreaterThan(2);
      const cleaned = await learner.npmStart(['05']);
      expect(cleaned.status, cleaned.all).toBe(0);
      expect(emulator.inventory()).toEqual([]);
    });
  });
});
