import { join } from 'node:path';
import { startEmulator } from '@agentcore-tutorials/emulator';
import { afterAll, describe, expect, test } from 'vitest';
import { filesWithText } from './support/find-text.ts';
import { newLearner } from './support/learner.ts';

// One after the other, as a learner does it: nothing runs between the steps, and the state is on disk.
describe('the tutorials one by one, each with pnpm start in its folder', () => {
  const learner = newLearner();
  const aws = join(learner.home, 'state', 'aws');
  let key = '';
  let said = '';
  afterAll(() => learner.leave());

  test('before, there is nothing', async () => {
    const emulator = await startEmulator({ dataDirectory: aws });
    key = emulator.modelApiKey;
    expect(emulator.inventory()).toEqual([]);
    await emulator.stop();
  });

  test('01 answers about the weather and calculates', async () => {
    const { status, stdout, all } = await learner.step('01-local-agent');
    expect(stdout).toMatch(/» .*sunny in Seoul/);
    expect(stdout).toMatch(/» .*2 \* 2 = 4/);
    expect(status, all).toBe(0);
    said += all;
  });

  test('01 takes a payload from the command line', async () => {
    const { status, stdout, all } = await learner.step('01-local-agent', ['{"prompt": "How much is (3 + 4) * 6?"}']);
    expect(stdout).toMatch(/» .*42/);
    expect(status, all).toBe(0);
  });

  test('02 creates the provider, and the second time updates it', async () => {
    const first = await learner.step('02-create-provider');
    expect(first.stdout).toContain('credential provider created arn:aws:bedrock-agentcore:');
    expect(first.status, first.all).toBe(0);
    const second = await learner.step('02-create-provider');
    expect(second.stdout).toContain('credential provider updated');
    expect(second.status, second.all).toBe(0);
    said += first.all + second.all;
  });

  test('03 shows the denial as AWS words it, and the answer after it', async () => {
    const { status, stdout, all } = await learner.step('03-deploy');
    expect(stdout).toMatch(
      /assumed-role\/\S+ is not authorized to perform: bedrock-agentcore:GetResourceApiKey on resource: arn:aws:bedrock-agentcore:\S+ because no identity-based policy allows the bedrock-agentcore:GetResourceApiKey action/,
    );
    expect(stdout).toMatch(/» .*sunny in Busan/);
    expect(status, all).toBe(0);
    said += all;
  });

  test('04 stays in a session, leaves it, and gets JSON and a stream from the raw SDK', async () => {
    const { status, stdout, all } = await learner.step('04-invoke');
    expect(stdout).toMatch(/» .*144/);
    expect(stdout).toContain('counted: 1, 2, 1');
    expect(stdout).toMatch(/application\/json: \{"answer":".*144.*"/);
    expect(stdout).toMatch(/text\/event-stream; charset=utf-8: \d+ events: .*144/);
    expect(status, all).toBe(0);
    said += all;
  });

  test('the key is in no output, and in no file: no log, no state, no image layer', () => {
    expect(key.length).toBeGreaterThan(20);
    expect(said).not.toContain(key);
    expect(filesWithText(learner.home, key)).toEqual([]);
    // The search sees into the state and into the compressed layer.
    expect(filesWithText(learner.home, 'outbound_auth_').length).toBeGreaterThan(0);
    expect(filesWithText(join(aws, 'blobs'), 'You help with the weather').length).toBeGreaterThan(0);
  });

  test('05 leaves nothing, neither in AWS nor on the machine, and can be run again', async () => {
    const { status, stdout, all } = await learner.step('05-cleanup');
    for (const kind of [':runtime/', ':role/', ':repository/']) expect(stdout).toMatch(new RegExp(`deleted arn:aws:\\S+${kind}`));
    expect(status, all).toBe(0);
    const again = await learner.step('05-cleanup');
    expect(again.status, again.all).toBe(0);

    const emulator = await startEmulator({ dataDirectory: aws });
    expect(emulator.inventory()).toEqual([]);
    await emulator.stop();
    expect(learner.processes()).toEqual([]);
  });
});
