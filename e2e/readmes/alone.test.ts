import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startEmulator } from '@agentcore-tutorials/emulator';
import { afterAll, expect, test } from 'vitest';
import { processesThatMention } from '../support/learner.ts';
import { isDeep } from '../../testing/seed.ts';
import { newReader, ROOT } from './reader.ts';
import { testReadme } from './test-readme.ts';

// The tutorials that stand alone: each as its README says; its exercises, each of which deploys an agent and deletes it again, in `npm run test:deep`.
const ALONE = readdirSync(join(ROOT, 'tutorials')).filter((id) => id > '06');
const reader = newReader();
afterAll(() => reader.leave());

for (const id of ALONE) testReadme(`tutorials/${id}/README.md`, reader, isDeep ? {} : { first: 1 });

test('no secret was in any output or file, no token was printed, and nothing is left', async () => {
  const emulator = await startEmulator({ dataDirectory: join(reader.clone, '.agentcore-tutorials/aws') });
  const secrets = [emulator.modelApiKey, emulator.vendor.clientSecret];
  expect(emulator.inventory()).toEqual([]);
  await emulator.stop();
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(20);
    expect(reader.said()).not.toContain(secret);
    expect(reader.filesWith(secret)).toEqual([]);
  }
  // Access tokens are JWTs.
  expect(reader.said()).not.toMatch(/eyJ[\w-]+\.[\w-]+\./);
  expect(reader.said()).not.toMatch(/[?&]code=|session_id=/);
  expect(processesThatMention(reader.home)).toEqual([]);
});
