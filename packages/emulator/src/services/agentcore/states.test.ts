import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeAgentRuntimeCommand } from '@aws-sdk/client-bedrock-agentcore';
import {
  ConflictException,
  CreateAgentRuntimeEndpointCommand,
  DeleteAgentRuntimeCommand,
  DeleteAgentRuntimeEndpointCommand,
  GetAgentRuntimeCommand,
  GetAgentRuntimeEndpointCommand,
  ListAgentRuntimesCommand,
  UpdateAgentRuntimeCommand,
  UpdateAgentRuntimeEndpointCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../start-emulator.ts';
import { clientsOf, failureOf } from '../../test/clients.ts';
import { eventually } from '../../test/eventually.ts';
import { pushRuntime } from '../../test/push-runtime.ts';

const AGENT = `import http from 'node:http'; http.createServer((request, response) => response.end(request.url === '/ping' ? '{"status":"Healthy"}' : process.env.WORD)).listen(8080, '0.0.0.0');`;

let directory: string;
let emulator: Emulator;
let clients: ReturnType<typeof clientsOf>;
let agentRuntimeId: string;
let agentRuntimeArn: string;
let configuration: { roleArn: string; agentRuntimeArtifact: object; networkConfiguration: { networkMode: 'PUBLIC' } };

const start = async (stateDelayMs: number) => {
  emulator = await startEmulator({ isolation: 'none', dataDirectory: directory, stateDelayMs });
  clients = clientsOf(emulator);
};
const endpoint = (endpointName: string) => clients.control.send(new GetAgentRuntimeEndpointCommand({ agentRuntimeId, endpointName }));
const update = (WORD: string) =>
  clients.control.send(
    new UpdateAgentRuntimeCommand({
      agentRuntimeId,
      ...(configuration as never as { roleArn: string }),
      environmentVariables: { WORD },
    } as never),
  );
const invoke = async (qualifier: string) => {
  const answer = await clients.data.send(new InvokeAgentRuntimeCommand({ agentRuntimeArn, qualifier, payload: Buffer.from('{}') }));
  return answer.response!.transformToString();
};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'states-'));
  await start(0);
  const made = await pushRuntime(clients, 'states', AGENT, { environmentVariables: { WORD: 'one' } });
  ({ agentRuntimeArn, agentRuntimeId } = made);
  configuration = {
    roleArn: 'arn:aws:iam::123456789012:role/states',
    agentRuntimeArtifact: { containerConfiguration: { containerUri: made.containerUri } },
    networkConfiguration: { networkMode: 'PUBLIC' },
  };
  await clients.control.send(new CreateAgentRuntimeEndpointCommand({ agentRuntimeId, name: 'named' }));
  await eventually(async () => expect((await endpoint('named')).status).toBe('READY'));
  await emulator.stop();
  // From here on no state ends by itself: what is between two states can be looked at for as long as one likes.
  await start(24 * 60 * 60 * 1000);
});
afterAll(async () => {
  await emulator.stop();
  await rm(directory, { recursive: true, force: true });
});

test('while a version is made the one before is served, and a second update is a conflict that leaves the first', async () => {
  const [first, second] = await Promise.allSettled([update('two'), update('three')]);
  const [done, refused] = first.status === 'fulfilled' ? [first, second] : [second, first];
  expect(done).toMatchObject({ value: { agentRuntimeVersion: '2', status: 'UPDATING' } });
  expect(refused).toMatchObject({ reason: { name: 'ConflictException', message: expect.stringContaining('UPDATING') } });
  expect(await endpoint('DEFAULT')).toMatchObject({ status: 'UPDATING', liveVersion: '1', targetVersion: '2' });
  expect(await endpoint('named')).toMatchObject({ status: 'READY', liveVersion: '1' });
  expect([await invoke('DEFAULT'), await invoke('named')]).toEqual(['one', 'one']);
  const early = clients.control.send(
    new UpdateAgentRuntimeEndpointCommand({ agentRuntimeId, endpointName: 'named', agentRuntimeVersion: '2' }),
  );
  expect((await failureOf(early)).message).toContain('is in status UPDATING, not READY');
});

test('an endpoint that is deleted is DELETING meanwhile, and not to be updated or made again', async () => {
  const named = { agentRuntimeId, endpointName: 'named' };
  expect(await clients.control.send(new DeleteAgentRuntimeEndpointCommand(named))).toMatchObject({ status: 'DELETING' });
  expect(await endpoint('named')).toMatchObject({ status: 'DELETING' });
  expect(await failureOf(clients.control.send(new UpdateAgentRuntimeEndpointCommand(named)))).toBeInstanceOf(ConflictException);
  expect(await failureOf(clients.control.send(new CreateAgentRuntimeEndpointCommand({ agentRuntimeId, name: 'named' })))).toBeInstanceOf(
    ConflictException,
  );
  // A restart does not forget what was under way.
  await emulator.stop();
  await start(0);
  await expect.poll(async () => (await failureOf(endpoint('named'))).name).toBe('ResourceNotFoundException');
  await expect.poll(async () => (await endpoint('DEFAULT')).liveVersion).toBe('2');
  await emulator.stop();
  await start(24 * 60 * 60 * 1000);
});

test('a runtime that is deleted is DELETING meanwhile, and begins no session', async () => {
  expect(await clients.control.send(new DeleteAgentRuntimeCommand({ agentRuntimeId }))).toMatchObject({ status: 'DELETING' });
  expect(await clients.control.send(new GetAgentRuntimeCommand({ agentRuntimeId }))).toMatchObject({ status: 'DELETING' });
  const { agentRuntimes } = await clients.control.send(new ListAgentRuntimesCommand({}));
  expect(agentRuntimes?.map(({ status }) => status)).toEqual(['DELETING']);
  expect(await failureOf(update('four'))).toBeInstanceOf(ConflictException);
  expect(await failureOf(clients.control.send(new CreateAgentRuntimeEndpointCommand({ agentRuntimeId, name: 'late' })))).toBeInstanceOf(
    ConflictException,
  );
  expect((await failureOf(invoke('DEFAULT'))).name).toBe('ResourceNotFoundException');
  expect(emulator.inventory().filter(({ type }) => type === 'bedrock-agentcore:runtime-session')).toEqual([]);
});
