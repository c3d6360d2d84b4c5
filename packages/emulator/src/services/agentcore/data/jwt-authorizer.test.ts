import { InvokeAgentRuntimeCommand } from '@aws-sdk/client-bedrock-agentcore';
import {
  CreateAgentRuntimeCommand,
  GetAgentRuntimeCommand,
  UpdateWorkloadIdentityCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startEmulator, type Emulator } from '../../../start-emulator.ts';
import { failureOf } from '../../../test/clients.ts';
import { eventually } from '../../../test/eventually.ts';
import { oauth2Fixture, RETURN_URL } from '../../../test/oauth2-fixture.ts';
import { pushAgent } from '../../../test/push-agent.ts';

/** An agent that tells what reached it, the token of its user included: only a test's agent does that. */
const AGENT = `
import http from 'node:http';
http.createServer((request, response) => {
  if (request.url === '/ping') return response.end('{"status":"Healthy"}');
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(request.headers));
}).listen(8080, '0.0.0.0');
`;

let emulator: Emulator;
let oauth2: ReturnType<typeof oauth2Fixture>;
let configuration: object;
let open: string;
let guarded: string;
let ann: string;

beforeAll(async () => {
  emulator = await startEmulator({ isolation: 'none', ephemeral: true, stateDelayMs: 0 });
  oauth2 = oauth2Fixture(emulator);
  const { iam, ecr } = oauth2.clients;
  const document = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
  const trust = document({ Principal: { Service: 'bedrock-agentcore.amazonaws.com' }, Action: 'sts:AssumeRole' });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: 'agent', AssumeRolePolicyDocument: trust }));
  await iam.send(
    new PutRolePolicyCommand({ RoleName: 'agent', PolicyName: 'p', PolicyDocument: document({ Action: 'ecr:*', Resource: '*' }) }),
  );
  const { containerUri } = await pushAgent(ecr, { repository: 'agent', files: { 'app/index.mjs': AGENT } });
  configuration = {
    roleArn: Role!.Arn,
    agentRuntimeArtifact: { containerConfiguration: { containerUri } },
    networkConfiguration: { networkMode: 'PUBLIC' },
  };
  const { discoveryUrl, clientId, agentAudience } = emulator.vendor;
  [open, guarded, ann] = await Promise.all([
    create('open', undefined),
    create('guarded', {
      discoveryUrl,
      allowedAudience: [agentAudience],
      allowedClients: [clientId],
      allowedScopes: ['agents:invoke'],
      advertisedScopeMapping: { 'agents:invoke': 'api://agents/invoke' },
      customClaims: [
        {
          inboundTokenClaimName: 'sub',
          inboundTokenClaimValueType: 'STRING',
          authorizingClaimMatchValue: { claimMatchOperator: 'EQUALS', claimMatchValue: { matchValueString: 'ann' } },
        },
      ],
    }),
    oauth2.signIn('ann').then((answer) => answer['access_token']!),
  ]);
});
afterAll(() => emulator.stop());

async function create(agentRuntimeName: string, customJWTAuthorizer: object | undefined): Promise<string> {
  const { control } = oauth2.clients;
  const { agentRuntimeId, agentRuntimeArn } = await control.send(
    new CreateAgentRuntimeCommand({
      agentRuntimeName,
      ...(configuration as never as { roleArn: string }),
      ...(customJWTAuthorizer ? { authorizerConfiguration: { customJWTAuthorizer: customJWTAuthorizer as never } } : {}),
      requestHeaderConfiguration: { requestHeaderAllowlist: ['Authorization'] },
    } as never),
  );
  await eventually(async () => expect((await control.send(new GetAgentRuntimeCommand({ agentRuntimeId }))).status).toBe('READY'));
  return agentRuntimeArn!;
}

async function invoke(arn: string, authorization?: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${emulator.endpoint}/runtimes/${encodeURIComponent(arn)}/invocations?qualifier=DEFAULT`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }), ...headers },
    body: '{}',
  });
  return {
    status: response.status,
    challenge: response.headers.get('www-authenticate'),
    body: (await response.json()) as Record<string, string> & { error?: unknown },
  };
}

test('a user whose token the authorizer accepts is let in without a signature, and is who the agent acts for', async () => {
  const { status, body } = await invoke(guarded, `Bearer ${ann}`);
  expect(status).toBe(200);
  expect(body['authorization']).toBe(`Bearer ${ann}`);
  expect(body['x-amzn-bedrock-agentcore-runtime-user-id']).toBeUndefined();

  const workload = guarded.split('/').at(-1)!;
  await oauth2.createProvider('notes');
  await oauth2.clients.control.send(new UpdateWorkloadIdentityCommand({ name: workload, allowedResourceOauth2ReturnUrls: [RETURN_URL] }));
  const asked = await oauth2.ask(body['workloadaccesstoken']!);
  await oauth2.consent(asked.authorizationUrl, 'ann');
  await oauth2.complete(asked.sessionUri, { userToken: ann });
  // Another invocation, another token of the same user: the vault knows who it is.
  const again = await invoke(guarded, `Bearer ${(await oauth2.signIn('ann'))['access_token']!}`);
  const { accessToken } = await oauth2.ask(again.body['workloadaccesstoken']!);
  expect(await oauth2.callApi(accessToken)).toMatchObject({ status: 200, body: { owner: 'ann' } });
});

test('without a token it answers 401 and says where tokens come from', async () => {
  for (const authorization of [undefined, 'Basic YTpi', 'Bearer']) {
    const { status, challenge, body } = await invoke(guarded, authorization);
    expect([status, body]).toEqual([401, { jsonrpc: '2.0', error: { code: -32_001, message: 'Missing Authentication Token' } }]);
    const url = /^Bearer resource_metadata="([^"]+)"$/.exec(challenge ?? '')?.[1];
    expect(await (await fetch(url!)).json()).toEqual({
      resource: `${emulator.endpoint}/runtimes/${encodeURIComponent(guarded)}/invocations`,
      authorization_servers: [emulator.vendor.discoveryUrl.replace('/.well-known/openid-configuration', '')],
      scopes_supported: ['api://agents/invoke'],
      bearer_methods_supported: ['header'],
    });
  }
  for (const path of [encodeURIComponent(open), '%zz', 'nothing'])
    expect((await fetch(`${emulator.endpoint}/runtimes/${path}/invocations/.well-known/oauth-protected-resource`)).status).toBe(404);
});

test('a token that was changed, or has expired, is refused with 401', async () => {
  const [header, payload, signature] = ann.split('.') as [string, string, string];
  const claims = { ...(JSON.parse(Buffer.from(payload, 'base64url').toString()) as object), sub: 'bob' };
  const changed = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`;
  expect(await invoke(guarded, `Bearer ${changed}`)).toMatchObject({
    status: 401,
    challenge: expect.stringContaining('error="invalid_token"'),
  });
  // Captured: 403, and the plain form of an error.
  for (const token of ['not.a.token', 'x'])
    expect(await invoke(guarded, `Bearer ${token}`)).toMatchObject({
      status: 403,
      challenge: null,
      body: { message: 'OAuth authorization failed: Failed to parse token' },
    });
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 11 * 60_000 });
  try {
    expect((await invoke(guarded, `Bearer ${ann}`)).body).toMatchObject({ error: { message: expect.stringContaining('has expired') } });
  } finally {
    vi.useRealTimers();
  }
});

test.each([
  ['for another audience', 'aud', () => oauth2.signIn('ann', { resource: emulator.vendor.apiUrl })],
  ['without an allowed scope', 'scope', () => oauth2.signIn('ann', { scope: 'something:else' })],
  ['whose other claims do not fit', 'sub', () => oauth2.signIn('bob')],
])('a good token %s is refused with 401, which names the claim', async (_case, claim, signIn) => {
  const answer = await invoke(guarded, `Bearer ${(await signIn())['access_token']!}`);
  expect(answer).toMatchObject({
    status: 401,
    body: { jsonrpc: '2.0', error: { code: -32_001, message: `Claim '${claim}' value mismatch with configuration.` } },
  });
  // Documented, CustomJWTAuthorizerConfiguration: the advertised scope appears in WWW-Authenticate.
  expect(answer.challenge?.includes('error="insufficient_scope", scope="api://agents/invoke"') ?? false).toBe(claim === 'scope');
});

// Documented, AllowedWorkloadConfiguration: only gateways can be on the list, and here are none.
test('a runtime for certain workloads lets no other caller in, whatever the token', async () => {
  const { discoveryUrl } = emulator.vendor;
  const gateway = 'arn:aws:bedrock-agentcore:us-west-2:123456789012:gateway/notes-abcdefghij';
  const closed = await create('closed', { discoveryUrl, allowedWorkloadConfiguration: { hostingEnvironments: [{ arn: gateway }] } });
  expect(await invoke(closed, `Bearer ${ann}`)).toMatchObject({
    status: 403,
    body: { message: expect.stringContaining('allowedWorkloadConfiguration') },
  });
});

test('either a signature or a token: what the runtime is not set up for is refused', async () => {
  const signed = (agentRuntimeArn: string) =>
    oauth2.clients.data.send(new InvokeAgentRuntimeCommand({ agentRuntimeArn, payload: Buffer.from('{}') }));
  expect(await failureOf(signed(guarded))).toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining('method mismatch'),
  });
  expect(await invoke(open, `Bearer ${ann}`)).toMatchObject({ status: 403, body: { message: expect.stringContaining('method mismatch') } });
  expect(await invoke(open)).toMatchObject({ status: 403, body: { message: 'Missing Authentication Token' } });
  const answer = JSON.parse(await (await signed(open)).response!.transformToString()) as Record<string, string>;
  // The caller's signature is nobody else's business, whatever the allowlist says.
  expect(answer['authorization']).toBeUndefined();
});

test('a page of another origin on this machine may call a runtime that takes tokens, and no other', async () => {
  const origin = 'http://localhost:3000';
  const preflight = (arn: string) =>
    fetch(`${emulator.endpoint}/runtimes/${encodeURIComponent(arn)}/invocations?qualifier=DEFAULT`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type' },
    });
  const allowed = await preflight(guarded);
  expect(allowed.status).toBe(200);
  expect(Object.fromEntries(allowed.headers)).toMatchObject({
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'POST, OPTIONS',
    'access-control-allow-headers': 'authorization,content-type',
  });
  expect((await preflight(open)).headers.get('access-control-allow-origin')).toBeNull();
  const call = (headers: Record<string, string>) =>
    fetch(`${emulator.endpoint}/runtimes/${encodeURIComponent(guarded)}/invocations`, { method: 'POST', headers, body: '{}' });
  // Without the header the page would not see that it has to sign its user in.
  for (const [headers, status] of [
    [{ origin, authorization: `Bearer ${ann}` }, 200],
    [{ origin }, 401],
    [{ origin: 'https://elsewhere.example', authorization: `Bearer ${ann}` }, 403],
  ] as const) {
    const answer = await call(headers);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('access-control-allow-origin')).toBe(status === 403 ? null : origin);
  }
});

test('a token cannot speak for another user, or for what is not an invocation', async () => {
  const asBob = await invoke(guarded, `Bearer ${ann}`, { 'X-Amzn-Bedrock-AgentCore-Runtime-User-Id': 'bob' });
  expect(asBob).toMatchObject({ status: 400, body: { message: expect.stringContaining('runtimeUserId is not allowed') } });
  const other = await fetch(`${emulator.endpoint}/identities/GetWorkloadAccessToken`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ann}` },
    body: '{"workloadName":"agent"}',
  });
  expect(other.status).toBe(400);
  expect(other.headers.get('x-amzn-errortype')).toBe('IncompleteSignatureException');
  expect((await invoke(guarded.replace(/.$/, '-'), `Bearer ${ann}`)).status).toBe(404);
});

test.each([
  ['an issuer in clear text on another machine', { discoveryUrl: 'http://as.example/.well-known/openid-configuration' }],
  [
    'an operator that does not fit its claim',
    {
      discoveryUrl: 'https://as.example/.well-known/openid-configuration',
      customClaims: [
        {
          inboundTokenClaimName: 'groups',
          inboundTokenClaimValueType: 'STRING',
          authorizingClaimMatchValue: { claimMatchOperator: 'CONTAINS', claimMatchValue: { matchValueString: 'x' } },
        },
      ],
    },
  ],
])('an authorizer with %s is refused when the runtime is made', async (_case, authorizer) => {
  expect(await failureOf(create('bad', authorizer))).toMatchObject({ name: 'ValidationException' });
});
