/**
 * AgentCore Runtime with a runtime that is there: versions, endpoints, invocations, sessions.
 *
 * Sources: the API reference (InvokeAgentRuntime, StopRuntimeSession, UpdateAgentRuntime, CreateAgentRuntimeEndpoint, UpdateAgentRuntimeEndpoint), the
 * developer guide, "Versioning and endpoints" and "Use isolated sessions". Not documented: which error a session id that is too short has beside
 * ValidationException, and whether stopping a session that is not there is an error.
 *
 * On AWS these need an image that fulfils the runtime's contract for arm64 and is in the account: CONTRACT_IMAGE names it. They cost a few minutes
 * of the smallest microVM. Without it they are skipped there; on the emulator they push their own.
 */
import { GetWorkloadAccessTokenCommand, InvokeAgentRuntimeCommand, StopRuntimeSessionCommand } from '@aws-sdk/client-bedrock-agentcore';
import {
  CreateAgentRuntimeCommand,
  CreateAgentRuntimeEndpointCommand,
  DeleteAgentRuntimeCommand,
  DeleteAgentRuntimeEndpointCommand,
  GetAgentRuntimeCommand,
  GetAgentRuntimeEndpointCommand,
  ListAgentRuntimeEndpointsCommand,
  ListAgentRuntimesCommand,
  ListAgentRuntimeVersionsCommand,
  UpdateAgentRuntimeCommand,
  UpdateAgentRuntimeEndpointCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { beforeAll, describe, expect } from 'vitest';
import { executionRole, LONG, makeRuntime, pushAgent, untilServed } from './make-runtime.ts';
import { apiReference, documented, recorded, reported } from './source.ts';
import { contractSuite, failureOf, membersOf, test } from './suite.ts';
import { until } from './until.ts';

const suite = contractSuite();
const { control, data, logs } = suite.clients;
const date = expect.any(Date) as Date;
const networkConfiguration = { networkMode: 'PUBLIC' } as const;

/** What the emulator runs. It keeps to the runtime's contract, and needs nothing but node. */
const AGENT = `#!/usr/bin/env node
import { createServer } from 'node:http';
createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
    if (request.url !== '/ping') console.log('asked');
    const isPing = request.url === '/ping';
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(isPing ? { status: 'Healthy', time_of_last_update: 1 } : { echo: Buffer.concat(chunks).toString() }));
  });
}).listen(8080, '0.0.0.0');
`;

describe.skipIf(suite.isAws && suite.image === undefined)('a runtime', () => {
  let agentRuntimeId: string;
  let agentRuntimeArn: string;
  let roleArn: string;
  let agentRuntimeArtifact: { containerConfiguration: { containerUri: string } };
  const agentRuntimeName = suite.runtimeName('agent');
  const endpoint = (endpointName: string) => control.send(new GetAgentRuntimeEndpointCommand({ agentRuntimeId, endpointName }));
  const served = (endpointName: string, version: string) => untilServed(suite, { agentRuntimeId, endpointName, version });
  const invoke = (more: object = {}) =>
    data.send(new InvokeAgentRuntimeCommand({ agentRuntimeArn, payload: Buffer.from('{"prompt":"hello"}'), ...more }));
  const session = (what: string) => `${suite.name(what)}-${'0'.repeat(33)}`;

  beforeAll(async () => {
    const containerUri = suite.image ?? (await pushAgent(suite, 'agent', AGENT));
    agentRuntimeArtifact = { containerConfiguration: { containerUri } };
    roleArn = await executionRole(suite, 'agent');
    ({ agentRuntimeId = '', agentRuntimeArn = '' } = await makeRuntime(suite, 'agent', { roleArn, containerUri }));
  }, 900_000);

  test({
    about: [
      'bedrock-agentcore-control:CreateAgentRuntime',
      'bedrock-agentcore-control:GetAgentRuntime',
      'bedrock-agentcore-control:ListAgentRuntimes',
    ],
    source: recorded('aws/agentcore-cli@734341939', 'src/handlers/runtime/__fixtures__/GetAgentRuntimeCommand.140854af01fd7827.json'),
  })('has an id of its name and ten characters, an ARN of it, a workload identity, and is listed', async () => {
    expect(agentRuntimeId).toMatch(new RegExp(`^${agentRuntimeName}-[a-zA-Z0-9]{10}$`));
    expect(agentRuntimeArn).toBe(`arn:aws:bedrock-agentcore:${suite.region}:${suite.accountId}:runtime/${agentRuntimeId}`);
    const read = await control.send(new GetAgentRuntimeCommand({ agentRuntimeId }));
    expect(read).toMatchObject({ agentRuntimeName, roleArn, agentRuntimeArtifact, networkConfiguration, status: 'READY' });
    expect(read.workloadIdentityDetails!.workloadIdentityArn).toContain(':workload-identity-directory/default/workload-identity/');
    const { agentRuntimes } = await control.send(new ListAgentRuntimesCommand({ maxResults: 100 }));
    expect(agentRuntimes!.map((item) => item.agentRuntimeId)).toContain(agentRuntimeId);
  });

  test({
    about: [
      'bedrock-agentcore-control:GetAgentRuntime',
      'bedrock-agentcore-control:GetAgentRuntimeEndpoint',
      'bedrock-agentcore-control:ListAgentRuntimeEndpoints',
      'bedrock-agentcore-control:ListAgentRuntimeVersions',
    ],
    source: [
      recorded('aws/agentcore-cli@734341939', 'src/handlers/runtime/__fixtures__/GetAgentRuntimeCommand.140854af01fd7827.json'),
      recorded('aws/agentcore-cli@734341939', 'src/handlers/runtime/__fixtures__/GetAgentRuntimeEndpointCommand.1aa8574ea8360d43.json'),
      recorded('aws/agentcore-cli@734341939', 'src/handlers/runtime/__fixtures__/ListAgentRuntimeEndpointsCommand.1d171c98cd60b7c4.json'),
      recorded('aws/agentcore-cli@da58a8cf9', 'src/handlers/runtime/__fixtures__/ListAgentRuntimeVersionsCommand.97cc3fdba97def73.json'),
    ],
  })('is read with exactly what it has: no environment, no description, and no target of an endpoint that is ready', async () => {
    const version = { agentRuntimeArn, agentRuntimeId, agentRuntimeVersion: '1', agentRuntimeName, status: 'READY', lastUpdatedAt: date };
    expect(membersOf(await control.send(new GetAgentRuntimeCommand({ agentRuntimeId })))).toEqual({
      ...version,
      createdAt: date,
      roleArn,
      networkConfiguration,
      lifecycleConfiguration: { idleRuntimeSessionTimeout: 900, maxLifetime: 28_800 },
      workloadIdentityDetails: {
        workloadIdentityArn: agentRuntimeArn.replace(':runtime/', ':workload-identity-directory/default/workload-identity/'),
      },
      agentRuntimeArtifact,
      metadataConfiguration: { requireMMDSV2: true },
    });
    const served = {
      agentRuntimeEndpointArn: `${agentRuntimeArn}/runtime-endpoint/DEFAULT`,
      agentRuntimeArn,
      status: 'READY',
      createdAt: date,
      lastUpdatedAt: date,
      name: 'DEFAULT',
      id: 'DEFAULT',
      liveVersion: '1',
    };
    expect(membersOf(await endpoint('DEFAULT'))).toEqual(served);
    const endpoints = await control.send(new ListAgentRuntimeEndpointsCommand({ agentRuntimeId }));
    expect(membersOf(endpoints)).toEqual({ runtimeEndpoints: [served] });
    const versions = await control.send(new ListAgentRuntimeVersionsCommand({ agentRuntimeId }));
    expect(membersOf(versions)).toEqual({ agentRuntimes: [version] });
  });

  test({
    about: ['logs:FilterLogEvents'],
    source: recorded('aws/agentcore-cli@6f832ffd4', 'src/handlers/runtime/__fixtures__/FilterLogEventsCommand.17df600aa3fcb910.json'),
  })('writes what it says to a stream that is named for the session', async () => {
    const runtimeSessionId = session('logs');
    await (await until(() => invoke({ runtimeSessionId }), LONG)).response!.transformToString();
    const logGroupName = `/aws/bedrock-agentcore/runtimes/${agentRuntimeId}-DEFAULT`;
    await until(async () => {
      const { events = [], searchedLogStreams } = await logs.send(new FilterLogEventsCommand({ logGroupName }));
      expect(searchedLogStreams).toEqual([]);
      const [event] = events.filter(({ logStreamName }) => logStreamName!.includes(runtimeSessionId));
      expect(event).toEqual({
        logStreamName: expect.stringMatching(
          /^\d{4}\/\d\d\/\d\d\/\[runtime-logs-[\w-]+\][0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
        ),
        timestamp: expect.any(Number),
        message: expect.any(String),
        ingestionTime: expect.any(Number),
        eventId: expect.stringMatching(/^\d{56}$/),
      });
    }, LONG);
    await data.send(new StopRuntimeSessionCommand({ agentRuntimeArn, runtimeSessionId }));
  });

  test({
    about: ['bedrock-agentcore:GetWorkloadAccessToken'],
    source: documented('https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/get-workload-access-token.html'),
  })('has a workload identity for which nobody else gets a token', async () => {
    const command = new GetWorkloadAccessTokenCommand({ workloadName: agentRuntimeId });
    expect(await failureOf(data.send(command))).toMatchObject({
      name: 'ValidationException',
      status: 400,
      message: 'WorkloadIdentity is linked to a service and cannot retrieve an access token by the caller',
    });
  });

  test({
    about: ['bedrock-agentcore-control:DeleteAgentRuntimeEndpoint'],
    source: reported('awslabs/agentcore-samples', 2007),
  })('keeps its DEFAULT endpoint: ConflictException', async () => {
    const command = new DeleteAgentRuntimeEndpointCommand({ agentRuntimeId, endpointName: 'DEFAULT' });
    const failure = await failureOf(control.send(command));
    expect(failure).toMatchObject({ name: 'ConflictException', status: 409 });
    expect(failure.message).toContain('Default endpoints are removed when you delete the agent');
  });

  test({
    about: ['bedrock-agentcore-control:CreateAgentRuntime'],
    source: apiReference('bedrock-agentcore-control:CreateAgentRuntime'),
  })('has a name that cannot be taken twice: ConflictException', async () => {
    const again = new CreateAgentRuntimeCommand({ agentRuntimeName, roleArn, agentRuntimeArtifact, networkConfiguration });
    expect(await failureOf(control.send(again))).toMatchObject({ name: 'ConflictException', status: 409 });
  });

  test({
    about: ['bedrock-agentcore:InvokeAgentRuntime', 'bedrock-agentcore:StopRuntimeSession'],
    source: [
      apiReference('bedrock-agentcore:InvokeAgentRuntime'),
      documented('https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/runtime-sessions.html'),
    ],
  })('answers, and says in which session', async () => {
    const runtimeSessionId = session('one');
    const first = await until(() => invoke({ runtimeSessionId }), LONG);
    expect(first).toMatchObject({ statusCode: 200, runtimeSessionId });
    expect((await first.response!.transformToString()).length).toBeGreaterThan(0);
    const own = await invoke();
    expect(own.runtimeSessionId!.length).toBeGreaterThanOrEqual(33);
    await own.response!.transformToString();
    await data.send(new StopRuntimeSessionCommand({ agentRuntimeArn, runtimeSessionId }));
  });

  test({
    about: ['bedrock-agentcore:InvokeAgentRuntime'],
    source: apiReference('bedrock-agentcore:InvokeAgentRuntime'),
  })('with a session id of less than 33 characters: ValidationException', async () => {
    const failure = await failureOf(invoke({ runtimeSessionId: 'short' }));
    expect(failure).toMatchObject({ name: 'ValidationException', status: 400 });
    expect(failure.message).toContain(
      "at 'runtimeSessionId' failed to satisfy constraint: Member must have length greater than or equal to 33",
    );
  });

  test({
    about: ['bedrock-agentcore:InvokeAgentRuntime'],
    source: apiReference('bedrock-agentcore:InvokeAgentRuntime'),
  })('with a qualifier that there is not, or of an account where there is none: ResourceNotFoundException', async () => {
    expect(await failureOf(invoke({ qualifier: 'none' }))).toMatchObject({ name: 'ResourceNotFoundException', status: 404 });
    expect(await failureOf(invoke({ agentRuntimeArn: agentRuntimeArn.replace(/.{10}$/, '0123456789') }))).toMatchObject({
      name: 'ResourceNotFoundException',
      status: 404,
    });
  });

  test({
    about: ['bedrock-agentcore:InvokeAgentRuntime'],
    source: [
      apiReference('bedrock-agentcore:InvokeAgentRuntime'),
      documented('https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/runtime-oauth.html'),
    ],
  })('for a user needs InvokeAgentRuntimeForUser beside InvokeAgentRuntime', async () => {
    const { name, arn } = await suite.role('user', { trust: { AWS: `arn:aws:iam::${suite.accountId}:root` } });
    const both = [agentRuntimeArn, `${agentRuntimeArn}/*`];
    await suite.allow(name, [{ Effect: 'Allow', Action: 'bedrock-agentcore:InvokeAgentRuntime', Resource: both }]);
    const { data: as } = await suite.assume(arn);
    const call = (more: object) =>
      as.send(new InvokeAgentRuntimeCommand({ agentRuntimeArn, payload: Buffer.from('{}'), runtimeSessionId: session('user'), ...more }));
    await until(async () => (await call({})).response!.transformToString(), LONG);
    const failure = await failureOf(call({ runtimeUserId: 'ann' }));
    expect(failure).toMatchObject({ name: 'AccessDeniedException', status: 403 });
    expect(failure.message).toContain('bedrock-agentcore:InvokeAgentRuntimeForUser');
    await data.send(new StopRuntimeSessionCommand({ agentRuntimeArn, runtimeSessionId: session('user') }));
  });

  test({
    about: [
      'bedrock-agentcore-control:UpdateAgentRuntime',
      'bedrock-agentcore-control:CreateAgentRuntimeEndpoint',
      'bedrock-agentcore-control:UpdateAgentRuntimeEndpoint',
      'bedrock-agentcore-control:ListAgentRuntimeVersions',
      'bedrock-agentcore-control:ListAgentRuntimeEndpoints',
      'bedrock-agentcore-control:GetAgentRuntime',
    ],
    source: [
      documented('https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/agent-runtime-versioning.html'),
      apiReference('bedrock-agentcore-control:CreateAgentRuntimeEndpoint'),
      recorded('aws/agentcore-cli@734341939', 'src/handlers/runtime/__fixtures__/GetAgentRuntimeCommand.97ebe200714d941e.json'),
    ],
  })('updated has a second version; DEFAULT follows, a named endpoint stays until it is moved', async () => {
    const name = 'pinned';
    await control.send(new CreateAgentRuntimeEndpointCommand({ agentRuntimeId, name, agentRuntimeVersion: '1', tags: suite.tags }));
    suite.undo(async () => {
      await control.send(new DeleteAgentRuntimeEndpointCommand({ agentRuntimeId, endpointName: name }));
      await until(async () => {
        const { runtimeEndpoints } = await control.send(new ListAgentRuntimeEndpointsCommand({ agentRuntimeId }));
        if (runtimeEndpoints!.some((item) => item.name === name)) throw new Error(`the endpoint ${name} is still there`);
      }, LONG);
    });
    await served(name, '1');
    const updated = await control.send(
      new UpdateAgentRuntimeCommand({ agentRuntimeId, roleArn, agentRuntimeArtifact, networkConfiguration, description: 'second' }),
    );
    expect(updated.agentRuntimeVersion).toBe('2');
    await served('DEFAULT', '2');
    expect(await endpoint(name)).toMatchObject({ liveVersion: '1' });
    const versions = await control.send(new ListAgentRuntimeVersionsCommand({ agentRuntimeId }));
    expect(versions.agentRuntimes!.map((item) => item.agentRuntimeVersion)).toEqual(['2', '1']);
    const [now, first] = await Promise.all(
      [{}, { agentRuntimeVersion: '1' }].map((more) => control.send(new GetAgentRuntimeCommand({ agentRuntimeId, ...more }))),
    );
    expect(first!.description).toBeUndefined();
    // Of a version both are when it was made; the runtime's own go from its first version to its last.
    expect(first!.lastUpdatedAt).toEqual(first!.createdAt);
    expect(now!.lastUpdatedAt!.getTime()).toBeGreaterThan(first!.lastUpdatedAt!.getTime());
    expect(now!.createdAt!.getTime()).toBeLessThanOrEqual(first!.createdAt!.getTime());

    await control.send(new UpdateAgentRuntimeEndpointCommand({ agentRuntimeId, endpointName: name, agentRuntimeVersion: '2' }));
    await served(name, '2');
    const { runtimeEndpoints } = await control.send(new ListAgentRuntimeEndpointsCommand({ agentRuntimeId }));
    expect(runtimeEndpoints!.map((item) => item.name)).toEqual([name, 'DEFAULT']);
    const withEndpoints = await failureOf(control.send(new DeleteAgentRuntimeCommand({ agentRuntimeId })));
    expect(withEndpoints).toMatchObject({ name: 'ConflictException', status: 409 });
    expect(withEndpoints.message).toContain('This agent has endpoints that must be deleted');
    expect(await failureOf(control.send(new CreateAgentRuntimeEndpointCommand({ agentRuntimeId, name })))).toMatchObject({
      name: 'ConflictException',
      status: 409,
    });
  });
});
