import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../start-emulator.ts';
import { clientsOf, failureOf } from '../../test/clients.ts';

let emulator: Emulator;
let logs: CloudWatchLogs;
const clientOf = (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }, region = emulator.region) =>
  new CloudWatchLogs({ endpoint: emulator.endpoint, region, credentials, maxAttempts: 1 });
beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true });
  logs = clientOf(emulator);
});
afterAll(() => emulator.stop());

const now = Date.now();
const lines = (...messages: string[]) => messages.map((message, index) => ({ timestamp: now - 1000 + index, message }));

test('IAM checks groups and streams by the ARNs that AWS uses', async () => {
  const { iam, sts } = clientsOf(emulator);
  await iam.send(
    new CreateRoleCommand({
      RoleName: 'reader',
      AssumeRolePolicyDocument:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"sts:AssumeRole"}]}',
    }),
  );
  const arn = 'arn:aws:logs:us-west-2:123456789012:log-group';
  const allow = (Action: string | string[], Resource: string) => ({ Effect: 'Allow', Action, Resource });
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'reader',
      PolicyName: 'logs',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          allow('logs:FilterLogEvents', `${arn}:/iam/read:*`),
          allow('logs:DescribeLogStreams', `${arn}:/iam/read`),
          allow(['logs:PutLogEvents', 'logs:CreateLogStream'], `${arn}:/iam/*:log-stream:s`),
          allow('logs:DescribeLogGroups', `${arn}:*`),
          allow(['logs:ListTagsForResource', 'logs:CreateLogGroup'], `${arn}:/iam/new*`),
        ],
      }),
    }),
  );
  const { Credentials: keys } = await sts.send(
    new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::123456789012:role/reader', RoleSessionName: 'test' }),
  );
  const reader = clientOf({
    accessKeyId: keys!.AccessKeyId!,
    secretAccessKey: keys!.SecretAccessKey!,
    sessionToken: keys!.SessionToken!,
  });
  for (const logGroupName of ['/iam/read', '/iam/other']) await logs.createLogGroup({ logGroupName });
  await reader.filterLogEvents({ logGroupName: '/iam/read' });
  await reader.describeLogGroups({});
  await reader.createLogStream({ logGroupName: '/iam/read', logStreamName: 's' });
  await reader.putLogEvents({ logGroupName: '/iam/read', logStreamName: 's', logEvents: lines('a') });
  await reader.createLogGroup({ logGroupName: '/iam/new' });
  await reader.listTagsForResource({ resourceArn: `${arn}:/iam/new` });

  const denied = async (call: Promise<unknown>) => {
    const { name, message } = await failureOf(call);
    expect(name).toBe('AccessDeniedException');
    return message.slice(message.indexOf('perform: ') + 9, message.indexOf(' because'));
  };
  expect(await denied(reader.filterLogEvents({ logGroupName: '/iam/other' }))).toBe(
    `logs:FilterLogEvents on resource: ${arn}:/iam/other:log-stream:`,
  );
  // Without the `:*` at its end a policy allows nothing on the group.
  expect(await denied(reader.describeLogStreams({ logGroupName: '/iam/read' }))).toBe(
    `logs:DescribeLogStreams on resource: ${arn}:/iam/read:log-stream:`,
  );
  expect(await denied(reader.createLogStream({ logGroupName: '/iam/read', logStreamName: 't' }))).toBe(
    `logs:CreateLogStream on resource: ${arn}:/iam/read:log-stream:t`,
  );
  expect(await denied(reader.createLogGroup({ logGroupName: '/iam/new2', tags: { a: 'b' } }))).toBe(
    `logs:TagResource on resource: ${arn}:/iam/new2`,
  );
  expect(await denied(reader.listTagsForResource({ resourceArn: `${arn}:/iam/read` }))).toBe(
    `logs:ListTagsForResource on resource: ${arn}:/iam/read`,
  );
});
