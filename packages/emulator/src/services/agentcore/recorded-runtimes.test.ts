import { InvokeAgentRuntimeCommand } from '@aws-sdk/client-bedrock-agentcore';
import {
  CreateAgentRuntimeCommand,
  CreateAgentRuntimeEndpointCommand,
  CreateApiKeyCredentialProviderCommand,
  DeleteAgentRuntimeCommand,
  DeleteAgentRuntimeEndpointCommand,
  GetAgentRuntimeCommand,
  GetAgentRuntimeEndpointCommand,
  GetApiKeyCredentialProviderCommand,
  GetOauth2CredentialProviderCommand,
  ListAgentRuntimeEndpointsCommand,
  ListAgentRuntimesCommand,
  ListAgentRuntimeVersionsCommand,
  UpdateAgentRuntimeCommand,
  UpdateApiKeyCredentialProviderCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startEmulator, type Emulator } from '../../start-emulator.ts';
import { clientsOf, failureOf } from '../../test/clients.ts';
import { eventually } from '../../test/eventually.ts';
import { pushRuntime } from '../../test/push-runtime.ts';

// Members, order and errors as AWS answered them: recorded in the public fixtures of aws/agentcore-cli (July to September 2026), unless a test
// names another source.

const AGENT = `
import http from 'node:http';
http.createServer((request, response) => response.end('{"status":"Healthy"}')).listen(8080, '0.0.0.0');
`;

let emulator: Emulator;
let clients: ReturnType<typeof clientsOf>;
let agentRuntimeId: string;
let configuration: Pick<NonNullable<ConstructorParameters<typeof CreateAgentRuntimeCommand>[0]>, 'roleArn' | 'agentRuntimeArtifact'>;
const networkConfiguration = { networkMode: 'PUBLIC' as const };

beforeAll(async () => {
  emulator = await startEmulator({ isolation: 'none', ephemeral: true, stateDelayMs: 0 });
  clients = clientsOf(emulator);
  // Tests move the clock.
  for (const { config } of Object.values(clients)) Object.defineProperty(config, 'systemClockOffset', { get: () => 0, set: () => {} });
  let containerUri: string;
  ({ agentRuntimeId, containerUri } = await pushRuntime(clients, 'first', AGENT));
  const { roleArn } = await get();
  configuration = { roleArn: roleArn!, agentRuntimeArtifact: { containerConfiguration: { containerUri } } };
});
afterAll(() => emulator.stop());

const get = (agentRuntimeVersion?: string) => clients.control.send(new GetAgentRuntimeCommand({ agentRuntimeId, agentRuntimeVersion }));
const ready = (endpointName: string) =>
  eventually(async () => {
    const endpoint = await clients.control.send(new GetAgentRuntimeEndpointCommand({ agentRuntimeId, endpointName }));
    expect(endpoint.status).toBe('READY');
    return endpoint;
  });

describe('a runtime', () => {
  test('has metadataConfiguration always, and environmentVariables and description only when there are some', async () => {
    const read = await get();
    expect(read).toMatchObject({ metadataConfiguration: { requireMMDSV2: true } });
    expect(read).not.toHaveProperty('environmentVariables');
    const { agentRuntimes } = await clients.control.send(new ListAgentRuntimesCommand({}));
    expect(agentRuntimes![0]!.description).toBeUndefined();
  });

  test('answers createdAt of a version when it is asked for one, and lists descending', async () => {
    const before = await get();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
    try {
      await clients.control.send(new UpdateAgentRuntimeCommand({ agentRuntimeId, ...configuration, networkConfiguration }));
      await ready('DEFAULT');
    } finally {
      vi.useRealTimers();
    }
    expect((await get()).createdAt).toEqual(before.createdAt);
    expect((await get('2')).createdAt!.getTime()).toBeGreaterThan(before.createdAt!.getTime());

    await clients.control.send(new CreateAgentRuntimeCommand({ agentRuntimeName: 'second', ...configuration, networkConfiguration }));
    await clients.control.send(new CreateAgentRuntimeEndpointCommand({ agentRuntimeId, name: 'stable' }));
    const names: unknown[] = [];
    for (let nextToken: string | undefined, page = 0; page === 0 || nextToken !== undefined; page += 1) {
      const answer = await clients.control.send(new ListAgentRuntimesCommand({ maxResults: 1, nextToken }));
      names.push(...answer.agentRuntimes!.map((item) => item.agentRuntimeName));
      nextToken = answer.nextToken;
    }
    expect(names).toEqual(['second', 'first']);
    const versions = await clients.control.send(new ListAgentRuntimeVersionsCommand({ agentRuntimeId }));
    expect(versions.agentRuntimes!.map((item) => item.agentRuntimeVersion)).toEqual(['2', '1']);
    const endpoints = await clients.control.send(new ListAgentRuntimeEndpointsCommand({ agentRuntimeId }));
    expect(endpoints.runtimeEndpoints!.map((item) => item.name)).toEqual(['stable', 'DEFAULT']);
  });

  test('has endpoints that name a target only until they serve it, and that protect it', async () => {
    const endpoint = await ready('stable');
    expect(endpoint.liveVersion).toBe('2');
    expect(endpoint).not.toHaveProperty('targetVersion');
    const remove = (endpointName: string) => clients.control.send(new DeleteAgentRuntimeEndpointCommand({ agentRuntimeId, endpointName }));
    // Four reports; two of the second.
    expect(await failureOf(remove('DEFAULT'))).toMatchObject({
      name: 'ConflictException',
      message: 'Default endpoints are removed when you delete the agent',
    });
    expect(await failureOf(clients.control.send(new DeleteAgentRuntimeCommand({ agentRuntimeId })))).toMatchObject({
      name: 'ConflictException',
      message: expect.stringMatching(/^This agent has endpoints that must be deleted /),
    });
  });

  test('whose image is in another region is refused', async () => {
    const containerUri = `123456789012.dkr.ecr.us-east-1.amazonaws.com/first:latest`;
    const elsewhere = { ...configuration, agentRuntimeArtifact: { containerConfiguration: { containerUri } }, networkConfiguration };
    expect(await failureOf(clients.control.send(new CreateAgentRuntimeCommand({ agentRuntimeName: 'far', ...elsewhere })))).toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(/^Ecr uri region 'us-east-1' does not match the application region 'us-west-2'\./),
    });
  });
});

describe('what does not exist', () => {
  const missing = 'missing_runtime-0000000000';
  const arnOf = (region: string) => `arn:aws:bedrock-agentcore:${region}:123456789012:runtime/${missing}`;
  const invoke = (arn: string) => clients.data.send(new InvokeAgentRuntimeCommand({ agentRuntimeArn: arn, payload: new Uint8Array() }));

  test.each<[string, () => Promise<unknown>, string]>([
    [
      'a runtime',
      () => clients.control.send(new GetAgentRuntimeCommand({ agentRuntimeId: missing })),
      `Agent with agentId: ${missing}, accountId: 123456789012, and version: null not found!`,
    ],
    [
      'a runtime that is updated (reported)',
      () => clients.control.send(new UpdateAgentRuntimeCommand({ agentRuntimeId: missing, ...configuration, networkConfiguration })),
      `Agent '${missing}' was not found. Please check the agent ID and try again.`,
    ],
    [
      'a runtime that is invoked (reported)',
      () => invoke(arnOf('us-west-2')),
      `No endpoint or agent found with qualifier 'DEFAULT' for agent '${arnOf('us-west-2')}'`,
    ],
    [
      'a runtime that is invoked in another region (reported)',
      () => invoke(arnOf('eu-west-1')),
      `No endpoint or agent found with qualifier 'DEFAULT' for agent '${arnOf('eu-west-1')}'`,
    ],
    [
      'an API-key provider',
      () => clients.control.send(new GetApiKeyCredentialProviderCommand({ name: 'missing' })),
      'ApiKeyCredentialProvider not found for missing',
    ],
    [
      'an OAuth2 provider',
      () => clients.control.send(new GetOauth2CredentialProviderCommand({ name: 'missing' })),
      'CredentialProvider not found',
    ],
  ])('%s', async (_what, call, message) => {
    expect(await failureOf(call())).toMatchObject({ name: 'ResourceNotFoundException', message, $metadata: { httpStatusCode: 404 } });
  });
});

test('an API-key provider keeps lastUpdatedTime and its secret over an update', async () => {
  const created = await clients.control.send(new CreateApiKeyCredentialProviderCommand({ name: 'kept', apiKey: 'a' }));
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
  try {
    await clients.control.send(new UpdateApiKeyCredentialProviderCommand({ name: 'kept', apiKey: 'b' }));
  } finally {
    vi.useRealTimers();
  }
  const read = await clients.control.send(new GetApiKeyCredentialProviderCommand({ name: 'kept' }));
  expect(read.lastUpdatedTime).toEqual(read.createdTime);
  expect(read.apiKeySecretArn).toEqual(created.apiKeySecretArn);
  expect(read.apiKeySecretArn!.secretArn).toMatch(/:secret:bedrock-agentcore-identity!default\/apikey\/kept-[0-9a-f]{8}-\w{6}$/);
});
