import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startEmulator } from '@agentcore-tutorials/emulator';
import { expect, test } from 'vitest';
import { isDeep } from '../testing/seed.ts';
import { newLearner } from './support/learner.ts';

// With --target aws, so that the settings come from the environment. The run without it is in the tutorial's README, which is tested too.
test.runIf(isDeep)(
  '09 asks both surfaces of the Azure OpenAI that the environment names, wants no key of OpenAI, and leaves nothing',
  async ({ onTestFinished }) => {
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

      const key = { AZURE_OPENAI_API_KEY: emulator.modelApiKey };
      const { status, stdout, all } = await learner.npmStart(['09', '--target', 'aws', '--yes'], { ...aws, ...azure, ...key });
      expect(status, all).toBe(0);
      expect(stdout).toContain('It creates: a credential provider');
      expect(stdout).toContain('│ 401 Access denied due to invalid subscription key');
      expect(stdout).toContain('» 2 * 2 = 4.');
      expect(stdout).toContain('» It is sunny in Busan');
      expect(stdout).toContain('✓ nothing is left');
      expect(emulator.inventory()).toEqual([]);
      for (const secret of [emulator.modelApiKey, emulator.secretAccessKey]) expect(all).not.toContain(secret);

      const answer = await fetch(`${emulator.endpoint}/_emulator/model/requests`, {
        headers: { authorization: `Bearer ${emulator.adminToken}` },
      });
      const { requests } = (await answer.json()) as { requests: { path: string; status: number; model?: string }[] };
      expect(requests.map(({ path, status, model }) => `${status} ${path} ${model ?? ''}`)).toEqual([
        '401 /openai/v1/responses ',
        '200 /openai/v1/responses gpt-4o-mini',
        '200 /openai/v1/responses gpt-4o-mini',
        '200 /openai/responses gpt-4o-mini',
        '200 /openai/responses gpt-4o-mini',
      ]);
    } finally {
      await emulator.stop();
    }
    expect(readdirSync(join(learner.home, 'state'))).toEqual(['progress.jsonl']);
    expect(readdirSync(learner.temporary)).toEqual([]);
    expect(learner.processes()).toEqual([]);
  },
);
