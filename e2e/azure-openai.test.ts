import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startEmulator } from '@agentcore-tutorials/emulator';
import { expect, test } from 'vitest';
import { newLearner } from './support/learner.ts';

test('09 stands alone: both surfaces of Azure OpenAI are asked with the new key, and nothing is left', async ({ onTestFinished }) => {
  const learner = newLearner();
  onTestFinished(() => learner.leave());
  const emulator = await startEmulator({ dataDirectory: join(learner.home, 'state', 'aws') });
  try {
    const { status, stdout, all } = await learner.npmStart(['09']);
    expect(status, all).toBe(0);
    expect(stdout).toContain('│ 401 Access denied due to invalid subscription key');
    expect(stdout).toContain('» 2 * 2 = 4.');
    expect(stdout).toContain('» It is sunny in Busan');
    expect(stdout).toContain('✓ nothing is left');
    expect(emulator.inventory()).toEqual([]);
    for (const secret of [emulator.modelApiKey, emulator.secretAccessKey]) expect(all).not.toContain(secret);

    const answer = await fetch(`${emulator.endpoint}/_emulator/model/requests`, {
      headers: { authorization: `Bearer ${emulator.adminToken}` },
    });
    const { requests } = (await answer.json()) as { requests: { path: string; status: number }[] };
    expect(requests.map(({ path, status }) => `${status} ${path}`)).toEqual([
      '401 /openai/v1/responses',
      '200 /openai/v1/responses',
      '200 /openai/v1/responses',
      '200 /openai/responses',
      '200 /openai/responses',
    ]);
  } finally {
    await emulator.stop();
  }
  expect(readdirSync(join(learner.home, 'state'))).toEqual(['aws', 'progress.json']);
  expect(readdirSync(learner.temporary)).toEqual([]);
  expect(learner.processes()).toEqual([]);
});

test('09 --target aws takes the settings of Azure OpenAI from the environment, and no key of OpenAI; without them it has done nothing', async ({
  onTestFinished,
}) => {
  const learner = newLearner();
  onTestFinished(() => learner.leave());
  const emulator = await startEmulator({ ephemeral: true });
  try {
    const { OPENAI_API_KEY: _key, OPENAI_BASE_URL: _url, ...aws } = emulator.env;
    const azure = { AZURE_OPENAI_ENDPOINT: `${emulator.endpoint}/`, AZURE_OPENAI_DEPLOYMENT: 'gpt-4o-mini' };
    const refused = await learner.npmStart(['09', '--target', 'aws', '--yes'], { ...aws, ...azure });
    expect(refused.all).toMatch(/Not set: AZURE_OPENAI_API_KEY\. .*\[NO_MODEL_KEY\]/);
    expect(refused.status).toBe(2);
    expect(emulator.inventory()).toEqual([]);

    const { status, stdout, all } = await learner.npmStart(['09', '--target', 'aws', '--yes'], {
      ...aws,
      ...azure,
      AZURE_OPENAI_API_KEY: emulator.modelApiKey,
    });
    expect(status, all).toBe(0);
    expect(stdout).toContain('It creates: a credential provider');
    expect(stdout).toContain('» It is sunny in Busan');
    expect(all).not.toContain(emulator.modelApiKey);
    expect(emulator.inventory()).toEqual([]);
  } finally {
    await emulator.stop();
  }
});
