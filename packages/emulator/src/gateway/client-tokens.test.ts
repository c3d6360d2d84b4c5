import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StopRuntimeSessionCommand } from '@aws-sdk/client-bedrock-agentcore';
import {
  ConflictException,
  CreateAgentRuntimeEndpointCommand,
  DeleteAgentRuntimeCommand,
  GetAgentRuntimeCommand,
  ListAgentRuntimesCommand,
  ListAgentRuntimeVersionsCommand,
  UpdateAgentRuntimeCommand,
  CreateAgentRuntimeCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadModels } from '../load-models.ts';
import { startEmulator, type Emulator } from '../start-emulator.ts';
import { openStore } from '../store/open-store.ts';
import { clientsOf, failureOf } from '../test/clients.ts';
import { pushAgent } from '../test/push-agent.ts';
import { pushRuntime } from '../test/push-runtime.ts';
import type { AwsError } from './aws-error.ts';
import { createClientTokens } from './client-tokens.ts';

const AGENT = `import http from "node:http"; http.createServer((_request, response) => response.end('{"status":"Healthy"}')).listen(8080, "0.0.0.0");`;
const TOKEN = 'token-0000000000000000000000000000000001';

describe('a clientToken', () => {
  let directory: string;
  let emulator: Emulator;
  let clients: ReturnType<typeof clientsOf>;
  let runtime: Awaited<ReturnType<typeof pushRuntime>>;
  const configuration = () => ({
    roleArn: 'arn:aws:iam::123456789012:role/tokens',
    agentRuntimeArtifact: { containerConfiguration: { containerUri: runtime.containerUri } },
    networkConfiguration: { networkMode: 'PUBLIC' as const },
  });
  const start = async () => {
    emulator = await startEmulator({ isolation: 'none', dataDirectory: directory, stateDelayMs: 0 });
    clients = clientsOf(emulator);
  };

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'client-tokens-'));
    await start();
    runtime = await pushRuntime(clients, 'tokens', AGENT);
  });
  afterAll(async () => {
    await emulator.stop();
    await rm(directory, { recursive: true });
  });

  test('makes one runtime of two requests at once and of one after a restart, and answers each the same', async () => {
    const request = () =>
      new CreateAgentRuntimeCommand({
        agentRuntimeName: 'twice',
        clientToken: TOKEN,
        ...configuration(),
        environmentVariables: { WORD: 'sealed-word' },
      });
    const [first, second] = await Promise.all([clients.control.send(request()), clients.control.send(request())]);
    await emulator.stop();
    await start();
    const third = await clients.control.send(request());
    const { $metadata: _first, ...answer } = first;
    expect(second).toMatchObject(answer);
    expect(third).toMatchObject(answer);
    expect(answer.createdAt).toBeInstanceOf(Date);
    const { agentRuntimes } = await clients.control.send(new ListAgentRuntimesCommand({}));
    expect(agentRuntimes?.filter(({ agentRuntimeName }) => agentRuntimeName === 'twice')).toHaveLength(1);
  });

  test('with other parameters is a conflict, and belongs to one operation and one region', async () => {
    const clash = await failureOf(
      clients.control.send(new CreateAgentRuntimeCommand({ agentRuntimeName: 'other', clientToken: TOKEN, ...configuration() })),
    );
    expect(clash).toBeInstanceOf(ConflictException);
    expect(clash.message).toContain('different parameters');

    const { agentRuntimeId } = runtime;
    await clients.control.send(new CreateAgentRuntimeEndpointCommand({ agentRuntimeId, name: 'one', clientToken: TOKEN }));
    const elsewhere = clientsOf({ ...emulator, region: 'eu-west-1' });
    // A runtime takes images of its own region only.
    const { containerUri } = await pushAgent(elsewhere.ecr, { repository: 'tokens', files: { 'app/index.mjs': AGENT } });
    const agentRuntimeArtifact = { containerConfiguration: { containerUri } };
    const made = await elsewhere.control.send(
      new CreateAgentRuntimeCommand({ agentRuntimeName: 'other', clientToken: TOKEN, ...configuration(), agentRuntimeArtifact }),
    );
    expect(made.agentRuntimeArn).toContain(':eu-west-1:');
  });

  test('of an update makes one version', async () => {
    const { agentRuntimeId } = runtime;
    const request = () => new UpdateAgentRuntimeCommand({ agentRuntimeId, clientToken: TOKEN, ...configuration() });
    const [first, second] = [await clients.control.send(request()), await clients.control.send(request())];
    expect([first.agentRuntimeVersion, second.agentRuntimeVersion]).toEqual(['2', '2']);
    const { agentRuntimes } = await clients.control.send(new ListAgentRuntimeVersionsCommand({ agentRuntimeId }));
    expect(agentRuntimes).toHaveLength(2);
  });

  test('of a request that was refused can be used again', async () => {
    const { agentRuntimeArn } = runtime;
    const request = () =>
      new StopRuntimeSessionCommand({ agentRuntimeArn, runtimeSessionId: 'session-00000000000000000000000000000009', clientToken: TOKEN });
    expect((await failureOf(clients.data.send(request()))).name).toBe('ResourceNotFoundException');
    expect((await failureOf(clients.data.send(request()))).name).toBe('ResourceNotFoundException');
  });

  test('of a deletion answers again when the runtime has gone', async () => {
    const { agentRuntimes } = await clients.control.send(new ListAgentRuntimesCommand({}));
    const { agentRuntimeId } = agentRuntimes!.find(({ agentRuntimeName }) => agentRuntimeName === 'twice')!;
    const request = () => new DeleteAgentRuntimeCommand({ agentRuntimeId, clientToken: TOKEN });
    expect(await clients.control.send(request())).toMatchObject({ status: 'DELETING' });
    await expect
      .poll(async () => (await failureOf(clients.control.send(new GetAgentRuntimeCommand({ agentRuntimeId })))).name)
      .toBe('ResourceNotFoundException');
    expect(await clients.control.send(request())).toMatchObject({ status: 'DELETING', agentRuntimeId });
  });
});

describe('what is kept of clientTokens', () => {
  const model = loadModels().find(({ service }) => service === 'bedrock-agentcore-control')!;
  const found = { model, name: 'DeleteAgentRuntime', operation: model.operations['DeleteAgentRuntime']!, labels: {} };
  const scope = { accountId: '123456789012', region: 'us-west-2' };

  test('is forgotten after eight hours, is never in clear, and does not grow without end', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'kept-tokens-'));
    const store = openStore({ directory, ephemeral: true });
    try {
      let time = Date.UTC(2026, 0, 1);
      const tokens = createClientTokens({ store, now: () => new Date(time) });
      let runs = 0;
      const ask = (clientToken: string, word = 'secret-word') =>
        tokens.once(found, scope, { clientToken, word }, async () => ({ runs: ++runs, at: new Date(0) }));
      expect(await ask('a')).toEqual({ runs: 1, at: new Date(0) });
      expect(await ask('a')).toEqual({ runs: 1, at: new Date(0) });
      const clash = await ask('a', 'another').then(
        () => undefined,
        (error: unknown) => error as AwsError,
      );
      expect(clash).toMatchObject({ code: 'ConflictException', status: 409 });
      expect(JSON.stringify(store.items.all('client-token'))).not.toContain('secret-word');

      time += 8 * 60 * 60 * 1000;
      expect(await ask('a')).toMatchObject({ runs: 2 });
      for (let index = 0; index < 600; index += 1) await ask(`old-${index}`);
      time += 9 * 60 * 60 * 1000;
      for (let index = 0; index < 500; index += 1) await ask(`new-${index}`);
      expect(store.items.all('client-token').length).toBeLessThanOrEqual(1000);
    } finally {
      store.close();
      await rm(directory, { recursive: true });
    }
  });
});
