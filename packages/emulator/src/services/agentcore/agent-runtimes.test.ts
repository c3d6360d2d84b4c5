import { GetWorkloadAccessTokenCommand, InvokeAgentRuntimeCommand, StopRuntimeSessionCommand } from '@aws-sdk/client-bedrock-agentcore';
import {
  ConflictException,
  CreateAgentRuntimeCommand,
  CreateAgentRuntimeEndpointCommand,
  DeleteAgentRuntimeCommand,
  DeleteAgentRuntimeEndpointCommand,
  DeleteWorkloadIdentityCommand,
  GetAgentRuntimeCommand,
  GetAgentRuntimeEndpointCommand,
  GetTokenVaultCommand,
  ListAgentRuntimeVersionsCommand,
  ListWorkloadIdentitiesCommand,
  ResourceNotFoundException,
  UpdateAgentRuntimeCommand,
  ValidationException,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { DeleteRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../start-emulator.ts';
import { clientsOf, failureOf } from '../../test/clients.ts';
import { pushAgent } from '../../test/push-agent.ts';
import { assume, makeRole, statement } from '../../test/role-fixture.ts';
import { TELLING_AGENT } from '../../test/telling-agent.ts';

let emulator: Emulator;
let clients: ReturnType<typeof clientsOf>;
const output: string[] = [];

beforeAll(async () => {
  emulator = await startEmulator({
    // Process ids are compared here: in a sandbox each session has its own.
    isolation: 'none',
    ephemeral: true,
    stateDelayMs: 0,
    onSessionEvent: (event) => event.type === 'output' && output.push(event.line),
  });
  clients = clientsOf(emulator);
});
afterAll(() => emulator.stop());

const PREFIX = 'arn:aws:bedrock-agentcore:us-west-2:123456789012';
const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

describe('an agent runtime', () => {
  let roleArn: string;
  let containerUri: string;

  beforeAll(async () => {
    roleArn = await makeRole(
      clients,
      'AmazonBedrockAgentCore-test',
      { Service: 'bedrock-agentcore.amazonaws.com' },
      statement(['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], 'arn:aws:ecr:us-west-2:123456789012:repository/agents/one'),
      statement('ecr:GetAuthorizationToken'),
    );
    ({ containerUri } = await pushAgent(clients.ecr, { repository: 'agents/one', files: { 'app/index.mjs': TELLING_AGENT } }));
  });

  const configuration = (environmentVariables: Record<string, string> = {}) => ({
    roleArn,
    agentRuntimeArtifact: { containerConfiguration: { containerUri } },
    networkConfiguration: { networkMode: 'PUBLIC' as const },
    environmentVariables,
  });
  const create = (agentRuntimeName: string, environmentVariables: Record<string, string> = {}) =>
    clients.control.send(new CreateAgentRuntimeCommand({ agentRuntimeName, ...configuration(environmentVariables) }));
  const settled = async (agentRuntimeId: string) => {
    const read = () => clients.control.send(new GetAgentRuntimeCommand({ agentRuntimeId }));
    await expect.poll(async () => (await read()).status).toMatch(/^(?:READY|CREATE_FAILED|UPDATE_FAILED)$/);
    return read();
  };
  const invoke = async (agentRuntimeArn: string, ask: string, more: object = {}) => {
    const answer = await clients.data.send(
      new InvokeAgentRuntimeCommand({
        agentRuntimeArn,
        payload: Buffer.from(JSON.stringify({ ask })),
        contentType: 'application/json',
        ...more,
      }),
    );
    return { ...answer, text: await answer.response!.transformToString() };
  };

  test('goes from CREATING to READY, serves sessions that are processes of their own, and is deleted with all that is its', async () => {
    const created = await create('first', { VERSION: 'one' });
    expect(created).toMatchObject({ status: 'CREATING', agentRuntimeVersion: '1' });
    expect(created.agentRuntimeId).toMatch(/^first-[A-Za-z0-9]{10}$/);
    const ready = await settled(created.agentRuntimeId!);
    expect(ready).toMatchObject({
      status: 'READY',
      lifecycleConfiguration: { idleRuntimeSessionTimeout: 900, maxLifetime: 28_800 },
      environmentVariables: { VERSION: 'one' },
    });
    expect(ready.workloadIdentityDetails?.workloadIdentityArn).toBe(
      `${PREFIX}:workload-identity-directory/default/workload-identity/${created.agentRuntimeId}`,
    );

    const arn = created.agentRuntimeArn!;
    const session = 'session-0000000000000000000000000000001';
    const first = JSON.parse((await invoke(arn, 'hello', { runtimeSessionId: session, runtimeUserId: 'ann' })).text);
    const second = JSON.parse((await invoke(arn, 'hello', { runtimeSessionId: session })).text);
    const elsewhere = JSON.parse((await invoke(arn, 'hello')).text);
    expect([first.count, second.count, elsewhere.count]).toEqual([1, 2, 1]);
    expect(second.pid).toBe(first.pid);
    expect(elsewhere.pid).not.toBe(first.pid);
    expect(first.headers).toMatchObject({
      'x-amzn-bedrock-agentcore-runtime-session-id': session,
      'x-amzn-bedrock-agentcore-runtime-user-id': 'ann',
      'content-type': 'application/json',
    });
    expect(first.headers.workloadaccesstoken).toBeTypeOf('string');
    expect(first.headers.authorization).toBeUndefined();
    await expect.poll(() => output).toContain('served hello');

    const streamed = await invoke(arn, 'stream');
    expect(streamed.contentType).toBe('text/event-stream');
    expect(streamed.text).toBe('data: "one"\n\ndata: "two"\n\ndata: "three"\n\n');

    await clients.data.send(new StopRuntimeSessionCommand({ agentRuntimeArn: arn, runtimeSessionId: session }));
    expect(() => process.kill(first.pid, 0)).toThrow('ESRCH');
    expect(
      (await failureOf(clients.data.send(new StopRuntimeSessionCommand({ agentRuntimeArn: arn, runtimeSessionId: session })))).name,
    ).toBe('ResourceNotFoundException');

    expect((await clients.control.send(new DeleteAgentRuntimeCommand({ agentRuntimeId: created.agentRuntimeId }))).status).toBe('DELETING');
    await expect
      .poll(() => failureOf(clients.control.send(new GetAgentRuntimeCommand({ agentRuntimeId: created.agentRuntimeId }))))
      .toBeInstanceOf(ResourceNotFoundException);
    expect(() => process.kill(elsewhere.pid, 0)).toThrow('ESRCH');
    expect(
      (await clients.control.send(new ListWorkloadIdentitiesCommand({}))).workloadIdentities?.map((identity) => identity.name),
    ).not.toContain(created.agentRuntimeId);
  });

  test('gets a version with each update, which DEFAULT follows and a named endpoint does not', async () => {
    const { agentRuntimeId, agentRuntimeArn } = await create('versions', { VERSION: 'one' });
    await settled(agentRuntimeId!);
    await clients.control.send(new CreateAgentRuntimeEndpointCommand({ agentRuntimeId, name: 'stable' }));
    await clients.control.send(new UpdateAgentRuntimeCommand({ agentRuntimeId, ...configuration({ VERSION: 'two' }) }));
    await settled(agentRuntimeId!);
    const stable = new GetAgentRuntimeEndpointCommand({ agentRuntimeId, endpointName: 'stable' });
    await expect.poll(async () => (await clients.control.send(stable)).status).toBe('READY');
    expect(JSON.parse((await invoke(agentRuntimeArn!, 'x')).text).version).toBe('two');
    expect(JSON.parse((await invoke(agentRuntimeArn!, 'x', { qualifier: 'stable' })).text).version).toBe('one');
    expect(
      (await clients.control.send(new ListAgentRuntimeVersionsCommand({ agentRuntimeId }))).agentRuntimes?.map(
        (runtime) => runtime.agentRuntimeVersion,
      ),
    ).toEqual(['2', '1']);
    expect((await failureOf(invoke(agentRuntimeArn!, 'x', { qualifier: 'nowhere' }))).message).toBe(
      `No endpoint or agent found with qualifier 'nowhere' for agent '${agentRuntimeArn}'`,
    );
    expect(await failureOf(clients.control.send(new DeleteAgentRuntimeCommand({ agentRuntimeId })))).toBeInstanceOf(ConflictException);
    await clients.control.send(new DeleteAgentRuntimeEndpointCommand({ agentRuntimeId, endpointName: 'stable' }));
    await expect.poll(() => clients.control.send(new DeleteAgentRuntimeCommand({ agentRuntimeId }))).toBeDefined();
  });

  test('is refused for a role that cannot pull its image, in the words of the service', async () => {
    const poor = await makeRole(clients, 'poor', { Service: 'bedrock-agentcore.amazonaws.com' }, statement('ecr:GetAuthorizationToken'));
    const failure = await failureOf(
      clients.control.send(new CreateAgentRuntimeCommand({ agentRuntimeName: 'poor', ...configuration(), roleArn: poor })),
    );
    expect(failure).toBeInstanceOf(ValidationException);
    expect(failure.message).toBe(
      `Access denied while validating ECR URI '${containerUri}'. The execution role requires permissions for ecr:GetAuthorizationToken, ecr:BatchGetImage, and ecr:GetDownloadUrlForLayer operations.`,
    );
  });

  test('is refused for a role that AgentCore may not assume, and for a name that is taken', async () => {
    const selfish = await makeRole(clients, 'selfish', { AWS: 'arn:aws:iam::123456789012:root' });
    expect(
      (
        await failureOf(
          clients.control.send(new CreateAgentRuntimeCommand({ agentRuntimeName: 'selfish', ...configuration(), roleArn: selfish })),
        )
      ).message,
    ).toBe(
      `Role validation failed for '${selfish}'. Please verify that the role exists and its trust policy allows assumption by this service`,
    );
    await create('taken');
    expect(await failureOf(create('taken'))).toBeInstanceOf(ConflictException);
  });

  test('is refused for an image that is not there, or not for the platform', async () => {
    const missing = `${containerUri.split('@')[0]}@sha256:${'0'.repeat(64)}`;
    const artifact = (uri: string) => ({ agentRuntimeArtifact: { containerConfiguration: { containerUri: uri } } });
    expect(
      await failureOf(
        clients.control.send(new CreateAgentRuntimeCommand({ agentRuntimeName: 'missing', ...configuration(), ...artifact(missing) })),
      ),
    ).toBeInstanceOf(ValidationException);
    await clients.iam.send(
      new PutRolePolicyCommand({ RoleName: 'AmazonBedrockAgentCore-test', PolicyName: 'more', PolicyDocument: policy(statement('ecr:*')) }),
    );
    const amd = await pushAgent(clients.ecr, {
      repository: 'agents/amd',
      files: { 'app/index.mjs': TELLING_AGENT },
      architecture: 'amd64',
    });
    const refused = await failureOf(
      clients.control.send(new CreateAgentRuntimeCommand({ agentRuntimeName: 'amd', ...configuration(), ...artifact(amd.containerUri) })),
    );
    expect(refused.message).toMatch(/arm64/);
    await clients.iam.send(new DeleteRolePolicyCommand({ RoleName: 'AmazonBedrockAgentCore-test', PolicyName: 'more' }));
  });

  // Reported by users of AWS.
  test('takes no image of another region', async () => {
    const elsewhere = containerUri.replace('us-west-2', 'eu-west-1');
    const artifact = { agentRuntimeArtifact: { containerConfiguration: { containerUri: elsewhere } } };
    const asked = clients.control.send(new CreateAgentRuntimeCommand({ agentRuntimeName: 'elsewhere', ...configuration(), ...artifact }));
    expect(await failureOf(asked)).toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining("Ecr uri region 'eu-west-1' does not match the application region 'us-west-2'."),
    });
  });

  test('whose agent never comes up fails with the reason', async () => {
    await clients.iam.send(
      new PutRolePolicyCommand({
        RoleName: 'AmazonBedrockAgentCore-test',
        PolicyName: 'broken',
        PolicyDocument: policy(statement('ecr:*')),
      }),
    );
    const broken = await pushAgent(clients.ecr, {
      repository: 'agents/broken',
      files: { 'app/index.mjs': 'throw new Error("missing configuration")' },
    });
    const { agentRuntimeId } = await clients.control.send(
      new CreateAgentRuntimeCommand({
        agentRuntimeName: 'broken',
        ...configuration(),
        agentRuntimeArtifact: { containerConfiguration: { containerUri: broken.containerUri } },
      }),
    );
    const failed = await settled(agentRuntimeId!);
    expect(failed.status).toBe('CREATE_FAILED');
    expect(failed.failureReason).toContain('missing configuration');
  });

  test('answers 424 for an agent that fails or crashes, and starts it anew at the next call', async () => {
    const { agentRuntimeArn, agentRuntimeId } = await create('fragile');
    await settled(agentRuntimeId!);
    const runtimeSessionId = 'session-0000000000000000000000000000002';
    // Five reports: in a new session the platform takes an error of the agent for one of its start.
    expect(await failureOf(invoke(agentRuntimeArn!, 'fail', { runtimeSessionId }))).toMatchObject({
      name: 'RuntimeClientError',
      message: 'Runtime initialization time exceeded. Please make sure that initialization completes in 120s.',
      $metadata: { httpStatusCode: 424 },
    });
    expect(await failureOf(invoke(agentRuntimeArn!, 'fail', { runtimeSessionId }))).toMatchObject({
      name: 'RuntimeClientError',
      message: 'Received error (500) from runtime. Please check your CloudWatch logs for more information.',
      $metadata: { httpStatusCode: 424 },
    });
    expect(await failureOf(invoke(agentRuntimeArn!, 'crash', { runtimeSessionId }))).toMatchObject({
      name: 'RuntimeClientError',
      $metadata: { httpStatusCode: 424 },
    });
    expect(JSON.parse((await invoke(agentRuntimeArn!, 'x', { runtimeSessionId })).text).count).toBe(1);
  });

  test('gives its agent credentials of the execution role, until that role may not be assumed any more', async () => {
    const { agentRuntimeArn, agentRuntimeId } = await create('credentials');
    await settled(agentRuntimeId!);
    expect(JSON.parse((await invoke(agentRuntimeArn!, 'credentials')).text)).toMatchObject({
      status: 200,
      AccessKeyId: expect.stringMatching(/^ASIA/),
    });
  });

  test('of the MCP protocol is reached where MCP servers listen', async () => {
    await clients.iam.send(
      new PutRolePolicyCommand({ RoleName: 'AmazonBedrockAgentCore-test', PolicyName: 'mcp', PolicyDocument: policy(statement('ecr:*')) }),
    );
    const server = `import http from 'node:http'; http.createServer((request, response) => response.end(request.method + ' ' + request.url)).listen(8000, '0.0.0.0');`;
    const mcp = await pushAgent(clients.ecr, { repository: 'agents/mcp', files: { 'app/index.mjs': server } });
    const { agentRuntimeId, agentRuntimeArn } = await clients.control.send(
      new CreateAgentRuntimeCommand({
        agentRuntimeName: 'mcp',
        ...configuration(),
        agentRuntimeArtifact: { containerConfiguration: { containerUri: mcp.containerUri } },
        protocolConfiguration: { serverProtocol: 'MCP' },
      }),
    );
    expect((await settled(agentRuntimeId!)).status).toBe('READY');
    expect((await invoke(agentRuntimeArn!, 'x')).text).toBe('POST /mcp');
  });

  test('has a workload identity for which callers get no token, and which they cannot delete', async () => {
    const { agentRuntimeId } = await create('owned');
    // Three reports.
    expect(await failureOf(clients.data.send(new GetWorkloadAccessTokenCommand({ workloadName: agentRuntimeId })))).toMatchObject({
      name: 'ValidationException',
      message: 'WorkloadIdentity is linked to a service and cannot retrieve an access token by the caller',
    });
    expect(await failureOf(clients.control.send(new DeleteWorkloadIdentityCommand({ name: agentRuntimeId })))).toBeInstanceOf(
      ValidationException,
    );
  });

  test('is invoked for a user only by who may do that', async () => {
    const { agentRuntimeArn, agentRuntimeId } = await create('for_user');
    await settled(agentRuntimeId!);
    const invoker = await assume(
      emulator,
      await makeRole(
        clients,
        'invoker',
        { AWS: 'arn:aws:iam::123456789012:root' },
        statement('bedrock-agentcore:InvokeAgentRuntime', `${agentRuntimeArn}*`),
      ),
    );
    const payload = Buffer.from('{"ask":"x"}');
    await invoker.data.send(new InvokeAgentRuntimeCommand({ agentRuntimeArn, payload }));
    expect(
      (await failureOf(invoker.data.send(new InvokeAgentRuntimeCommand({ agentRuntimeArn, payload, runtimeUserId: 'ann' })))).message,
    ).toContain('bedrock-agentcore:InvokeAgentRuntimeForUser');
  });
});

test('the token vault is there from the beginning', async () => {
  expect(await clients.control.send(new GetTokenVaultCommand({}))).toMatchObject({
    tokenVaultId: 'default',
    kmsConfiguration: { keyType: 'ServiceManagedKey' },
  });
});

test('an operation that is not implemented answers 501 and names itself', async () => {
  const { BedrockAgentCoreControlClient, ListMemoriesCommand } = await import('@aws-sdk/client-bedrock-agentcore-control');
  const control = new BedrockAgentCoreControlClient({
    endpoint: emulator.endpoint,
    region: emulator.region,
    credentials: emulator,
    maxAttempts: 1,
  });
  expect(await failureOf(control.send(new ListMemoriesCommand({})))).toMatchObject({
    message: 'bedrock-agentcore-control:ListMemories is not implemented by this emulator.',
    $metadata: { httpStatusCode: 501 },
  });
});
