import { join } from 'node:path';
import { startEmulator } from '@agentcore-tutorials/emulator';
import { afterAll, expect, test } from 'vitest';
import { filesWithText } from '../support/find-text.ts';
import { processesThatMention } from '../support/learner.ts';
import { isDeep } from '../../testing/seed.ts';
import { newReader } from './reader.ts';
import { testReadme } from './test-readme.ts';

// One learner does 01 to 05, one after the other, breaks everything that can be broken on the way, and repairs it. Nothing runs between the
// commands: the state is on disk. What deploys an agent takes longest: of the exercises of 03 and 04 the first is here, all are in `npm run test:deep`.
const PATH = ['01-local-agent', '02-create-provider', '03-deploy', '04-invoke', '05-cleanup'];
const reader = newReader();
afterAll(() => reader.leave());

const aws = join(reader.clone, '.agentcore-tutorials/aws');

for (const id of PATH.slice(0, 4)) testReadme(`tutorials/${id}/README.md`, reader, isDeep || id < '03' ? {} : { first: 2 });

test('up to here the key was in no output, and is in no file: no log, no state, no image layer', async () => {
  const emulator = await startEmulator({ dataDirectory: aws });
  const key = emulator.modelApiKey;
  expect(emulator.inventory().length).toBeGreaterThan(3);
  await emulator.stop();
  expect(key.length).toBeGreaterThan(20);
  expect(reader.said()).toContain('credential provider created');
  expect(reader.said()).not.toContain(key);
  expect(reader.filesWith(key)).toEqual([]);
  // The search sees into the state and into the compressed layer.
  expect(reader.filesWith('outbound_auth_').length).toBeGreaterThan(0);
  expect(filesWithText(join(aws, 'blobs'), 'You help with the weather').length).toBeGreaterThan(0);
});

testReadme('tutorials/05-cleanup/README.md', reader);

test('at the end nothing is left, neither in AWS nor on the machine', async () => {
  const emulator = await startEmulator({ dataDirectory: aws });
  expect(emulator.inventory()).toEqual([]);
  await emulator.stop();
  expect(processesThatMention(reader.home)).toEqual([]);
});
