import { expect, test } from 'vitest';
import type { Clients } from '../aws/connect.ts';
import type { Run } from './run.ts';
import { poll, withRun } from './run.ts';

const clients = {
  region: 'eu-west-1',
  refusal: () => undefined,
  sts: () =>
    Promise.resolve({ getCallerIdentity: () => Promise.resolve({ Account: '111122223333', Arn: 'arn:aws-cn:iam::111122223333:user/me' }) }),
} as unknown as Clients;

const forever = (run: Run): Promise<unknown> => poll(run, 'waiting for the runtime to be READY', () => Promise.resolve(undefined));

test('the deadline ends a wait that never ends, and says what it waited for', async () => {
  await expect(withRun({ name: 'a' }, clients, { timeoutMs: 50 }, forever)).rejects.toMatchObject({
    code: 'DEADLINE',
    message: expect.stringMatching(/after 0\.05 s.*waiting for the runtime to be READY/),
  });
});

test.each([0, -1, 2 ** 31, Infinity, NaN, '5000', null])(
  'timeoutMs %s is refused: a timer would end at once, or never',
  async (timeoutMs) => {
    const run = withRun({ name: 'a' }, clients, { timeoutMs: timeoutMs as number }, forever);
    await expect(run).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringMatching(/^timeoutMs is .*at most 2147483647/),
    });
  },
);

test("the caller's abort ends it too, and keeps the caller's reason as the cause", async () => {
  const controller = new AbortController();
  const waiting = withRun({ name: 'a' }, clients, { signal: controller.signal }, (run) => {
    controller.abort(new Error('Ctrl-C'));
    return forever(run);
  });
  await expect(waiting).rejects.toMatchObject({ code: 'ABORTED', cause: expect.objectContaining({ message: 'Ctrl-C' }) });
  await expect(withRun({ name: 'a' }, clients, { signal: controller.signal }, forever)).rejects.toMatchObject({ code: 'ABORTED' });
});

test('the partition of the caller is the partition of everything', async () => {
  const names = await withRun({ name: 'a' }, clients, {}, ({ roleArn, repositoryUri }) => Promise.resolve({ roleArn, repositoryUri }));
  expect(names).toEqual({
    roleArn: 'arn:aws-cn:iam::111122223333:role/BedrockAgentCore-a-eu-west-1',
    repositoryUri: '111122223333.dkr.ecr.eu-west-1.amazonaws.com.cn/bedrock-agentcore-a',
  });
});
