import { join } from 'node:path';
import { startEmulator } from '@agentcore-tutorials/emulator';
import { expect, test } from 'vitest';
import { isDeep } from '../testing/seed.ts';
import { filesWithText } from './support/find-text.ts';
import { newLearner } from './support/learner.ts';

// The API of OpenAI cannot be reached from a test: the model of another emulator is the compatible server.
test('--model openai asks the server at OPENAI_BASE_URL, with a key that is in the vault and nowhere else', async ({ onTestFinished }) => {
  const learner = newLearner();
  onTestFinished(() => learner.leave());
  const server = await startEmulator({ ephemeral: true });
  onTestFinished(() => server.stop());
  const env = { OPENAI_API_KEY: server.modelApiKey, OPENAI_BASE_URL: `${server.endpoint}/v1` };

  const missing = await learner.npmStart(['01', '--model', 'openai'], { OPENAI_BASE_URL: env.OPENAI_BASE_URL });
  expect(missing.status).toBe(2);
  expect(missing.stderr).toMatch(/OPENAI_API_KEY is not set.*\[NO_MODEL_KEY\]/);
  const both = await learner.npmStart(['01', '--model', 'openai', '--target', 'aws'], env);
  expect([both.status, both.stderr]).toEqual([2, expect.stringContaining('--model openai applies to the emulator')]);

  const steps = isDeep ? ['01', '02', '03'] : ['01'];
  const { status, all } = await learner.npmStart([...steps, '--model', 'openai'], env);
  expect(status, all).toBe(0);
  const answer = await fetch(`${server.endpoint}/_emulator/model/requests`, { headers: { authorization: `Bearer ${server.adminToken}` } });
  const { requests } = (await answer.json()) as { requests: { status: number }[] };
  // Two of 01 with a tool each, one of 03 with a tool.
  expect(requests.map((request) => request.status)).toEqual(Array.from({ length: isDeep ? 6 : 4 }, () => 200));
  expect(all).not.toContain(env.OPENAI_API_KEY);
  expect(filesWithText(join(learner.home, 'state'), env.OPENAI_API_KEY)).toEqual([]);
});
