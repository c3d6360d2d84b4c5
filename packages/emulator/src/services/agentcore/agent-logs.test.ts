import { InvokeAgentRuntimeCommand, StopRuntimeSessionCommand } from '@aws-sdk/client-bedrock-agentcore';
import {
  CreateAgentRuntimeCommand,
  CreateAgentRuntimeEndpointCommand,
  DeleteAgentRuntimeCommand,
  DeleteAgentRuntimeEndpointCommand,
  GetAgentRuntimeEndpointCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRoleCommand, DeleteRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SessionEvent } from '../../sessions/types.ts';
import { startEmulator, type Emulator } from '../../start-emulator.ts';
import { clientsOf, failureOf } from '../../test/clients.ts';
import { eventually } from '../../test/eventually.ts';
import { pushAgent } from '../../test/push-agent.ts';

/** Prints what it is told to, and answers with what it knows and must not be written down by anybody. */
const AGENT = `
import http from 'node:http';
http.createServer(async (request, response) => {
  if (request.url === '/ping') return response.end('{"status":"Healthy"}');
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const { out, err, exit } = JSON.parse(Buffer.concat(chunks));
  if (out !== undefined) console.log(out);
  if (err !== undefined) console.error(err);
  if (exit) process.exit(3);
  response.end(JSON.stringify([request.headers.workloadaccesstoken, process.env.AWS_CONTAINER_AUTHORIZATION_TOKEN]));
}).listen(8080, '0.0.0.0');
console.log('listening');
process.on('SIGTERM', () => { console.log('ends'); process.exit(0); });
`;

let emulator: Emulator;
let clients: ReturnType<typeof clientsOf>;
let logs: CloudWatchLogs;
let agentRuntimeArn: string;
let agentRuntimeId: string;
let group: string;
const events: SessionEvent[] = [];
const printed = (line: string) => expect.poll(() => events).toContainEqual(expect.objectContaining({ type: 'output', line }));

const RoleName = 'logging';
const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const allowLogs = (Action: string | string[]) =>
  clients.iam.send(
    new PutRolePolicyCommand({
      RoleName,
      PolicyName: 'logs',
      PolicyDocument: policy({
        Effect: 'Allow',
        Action,
        Resource: 'arn:aws:logs:us-west-2:123456789012:log-group:/aws/bedrock-agentcore/*',
      }),
    }),
  );

beforeAll(async () => {
  emulator = await startEmulator({ isolation: 'none', ephemeral: true, stateDelayMs: 0, onSessionEvent: (event) => events.push(event) });
  clients = clientsOf(emulator);
  logs = new CloudWatchLogs({ endpoint: emulator.endpoint, region: emulator.region, credentials: emulator });
  const { containerUri } = await pushAgent(clients.ecr, { repository: 'agent', files: { 'app/index.mjs': AGENT } });
  const { Role } = await clients.iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: policy({
        Effect: 'Allow',
        Principal: { Service: 'bedrock-agentcore.amazonaws.com' },
        Action: 'sts:AssumeRole',
      }),
    }),
  );
  const PolicyDocument = policy({ Effect: 'Allow', Action: 'ecr:*', Resource: '*' });
  await clients.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'pull', PolicyDocument }));
  await allowLogs('logs:*');
  const created = await clients.control.send(
    new CreateAgentRuntimeCommand({
      agentRuntimeName: 'speaker',
      roleArn: Role!.Arn,
      agentRuntimeArtifact: { containerConfiguration: { containerUri } },
      networkConfiguration: { networkMode: 'PUBLIC' },
    }),
  );
  ({ agentRuntimeArn, agentRuntimeId } = created as { agentRuntimeArn: string; agentRuntimeId: string });
  group = `/aws/bedrock-agentcore/runtimes/${agentRuntimeId}-DEFAULT`;
  await ready('DEFAULT');
});
afterAll(() => emulator.stop());

const ready = (endpointName: string) =>
  eventually(async () => {
    const { status } = await clients.control.send(new GetAgentRuntimeEndpointCommand({ agentRuntimeId, endpointName }));
    expect(status).toBe('READY');
  });
const session = (name: string) => name.padEnd(33, '-');
async function invoke(name: string, payload: object, qualifier?: string): Promise<string> {
  const answer = await clients.data.send(
    new InvokeAgentRuntimeCommand({
      agentRuntimeArn,
      runtimeUserId: 'ann',
      runtimeSessionId: session(name),
      payload: Buffer.from(JSON.stringify(payload)),
      ...(qualifier === undefined ? {} : { qualifier }),
    }),
  );
  return answer.response!.transformToString();
}
const stop = (name: string) => clients.data.send(new StopRuntimeSessionCommand({ agentRuntimeArn, runtimeSessionId: session(name) }));
const textOf = (of = group) => emulator.logs({ group: of }).map(({ message }) => message);

test('what an agent prints when it is started to see whether it comes up is not logged', async () => {
  await printed('listening');
  expect(emulator.logs()).toEqual([]);
});

test('the group of DEFAULT is there before the first call, with the stream of AWS’s own telemetry', async () => {
  // The group: reported. The stream: recorded.
  await expect.poll(async () => (await logs.describeLogGroups({})).logGroups?.map(({ logGroupName }) => logGroupName)).toEqual([group]);
  const { logStreams } = await logs.describeLogStreams({ logGroupName: group });
  expect(logStreams!.map(({ logStreamName }) => logStreamName)).toEqual(['otel-rt-logs']);
});

test('an agent whose execution role may not write logs works, and has none', async () => {
  await logs.deleteLogGroup({ logGroupName: group });
  for (const actions of [
    ['logs:CreateLogGroup', 'logs:CreateLogStream'],
    ['logs:PutLogEvents'],
    ['logs:CreateLogStream', 'logs:PutLogEvents'],
  ]) {
    await allowLogs(actions);
    const out = `unheard with ${actions.join()}`;
    await invoke('denied', { out });
    await printed(out);
    expect(emulator.logs()).toEqual([]);
  }
  expect((await logs.describeLogGroups({})).logGroups).toEqual([]);
  await stop('denied');
});

test('what an agent prints on either stream is in the group of the endpoint, a stream for each session, and nothing else is', async () => {
  await allowLogs(['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']);
  const tokens = JSON.parse(await invoke('one', { out: 'to stdout', err: 'to stderr' })) as string[];
  await invoke('two', { out: 'two lines\n\nand an empty one' });
  await clients.control.send(new CreateAgentRuntimeEndpointCommand({ agentRuntimeId, name: 'stable' }));
  await ready('stable');
  await invoke('three', { out: 'by another endpoint' }, 'stable');
  for (const line of ['to stdout', 'to stderr', 'and an empty one', 'by another endpoint']) await printed(line);

  expect(textOf().toSorted()).toEqual([' ', 'and an empty one', 'listening', 'listening', 'to stderr', 'to stdout', 'two lines']);
  const stable = `/aws/bedrock-agentcore/runtimes/${agentRuntimeId}-stable`;
  expect(textOf(stable)).toEqual(['listening', 'by another endpoint']);
  const { logStreams = [] } = await logs.describeLogStreams({ logGroupName: group });
  expect(logStreams).toHaveLength(2);
  for (const { logStreamName } of logStreams)
    expect(logStreamName).toMatch(/^\d{4}\/\d\d\/\d\d\/\[runtime-logs-[\w-]{33,}\][0-9a-f-]{36}$/);
  const { events: found = [] } = await logs.filterLogEvents({ logGroupName: group, filterPattern: '"two lines"' });
  expect(found).toHaveLength(1);
  expect(emulator.inventory().filter(({ type }) => type === 'logs:log-group')).toHaveLength(2);

  const everything = JSON.stringify(emulator.logs());
  expect(tokens).toEqual([expect.any(String), expect.any(String)]);
  for (const secret of [...tokens, emulator.secretAccessKey, emulator.modelApiKey]) expect(everything).not.toContain(secret);
});

test('the last words of an agent that crashes are kept', async () => {
  await expect(invoke('crash', { out: 'last words', exit: true })).rejects.toThrow();
  await expect.poll(() => textOf()).toContain('last words');
});

test('thousands of lines at once are kept, in their order', async () => {
  const lines = Array.from({ length: 2500 }, (_, index) => `burst ${index}`);
  await invoke('one', { out: lines.join('\n') });
  await printed('burst 2499');
  const kept = emulator.logs({ group, limit: 10_000 }).map(({ message }) => message);
  expect(kept.filter((line) => line.startsWith('burst'))).toEqual(lines);
});

test('a group that was deleted is made again by the next line, with the lines from then on', async () => {
  await logs.deleteLogGroup({ logGroupName: group });
  await invoke('one', { out: 'after the deletion' });
  await printed('after the deletion');
  expect(textOf()).toEqual(['after the deletion']);
});

test('a role that may no longer write ends the logs, and nothing of what is held back appears later', async () => {
  await clients.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'logs' }));
  await invoke('one', { out: 'held back' });
  await printed('held back');
  expect(textOf()).toEqual(['after the deletion']);
  await allowLogs('logs:*');
  await invoke('one', { out: 'heard again' });
  await printed('heard again');
  expect(textOf()).toEqual(['after the deletion', 'heard again']);
});

test('a runtime that is deleted leaves its groups with the last lines, and they do not come back when they are deleted after it', async () => {
  await clients.control.send(new DeleteAgentRuntimeEndpointCommand({ agentRuntimeId, endpointName: 'stable' }));
  await expect.poll(() => clients.control.send(new DeleteAgentRuntimeCommand({ agentRuntimeId }))).toBeDefined();
  const endpoint = { agentRuntimeId, endpointName: 'DEFAULT' };
  await expect
    .poll(async () => (await failureOf(clients.control.send(new GetAgentRuntimeEndpointCommand(endpoint)))).name)
    .toBe('ResourceNotFoundException');
  // Of both sessions that were called by this endpoint.
  expect(textOf()).toEqual(['after the deletion', 'heard again', 'ends', 'ends']);
  for (const { logGroupName } of (await logs.describeLogGroups({})).logGroups ?? []) await logs.deleteLogGroup({ logGroupName });
  expect(emulator.logs()).toEqual([]);
  expect((await logs.describeLogGroups({})).logGroups).toEqual([]);
});
