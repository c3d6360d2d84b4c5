import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetResourceApiKeyCommand,
  GetWorkloadAccessTokenCommand,
  InvokeAgentRuntimeCommand,
  type InvokeAgentRuntimeCommandInput,
} from '@aws-sdk/client-bedrock-agentcore';
import { CreateApiKeyCredentialProviderCommand, CreateWorkloadIdentityCommand } from '@aws-sdk/client-bedrock-agentcore-control';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startEmulator, type Emulator } from '../../start-emulator.ts';
import { openStore } from '../../store/open-store.ts';
import { clientsOf, failureOf } from '../../test/clients.ts';
import { startIssuer, type TestIssuer } from '../../test/issuer.ts';
import { pushRuntime } from '../../test/push-runtime.ts';
import { issueWorkloadToken, openWorkloadToken, WORKLOAD_TOKEN } from './workload-token.ts';

/** A plain Node server, with Node's own limit of 16 KB of headers. Only a test's agent answers with its token. */
const AGENT = `
import http from 'node:http';
http.createServer((request, response) => {
  if (request.url === '/ping') return response.end('{"status":"Healthy"}');
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(request.headers));
}).listen(8080, '0.0.0.0');
`;
/** The names under which AWS was seen to send the token (six reports, two with a dump of the headers). */
const NAMES = ['workloadaccesstoken', 'x-amz-bedrock-agentcore-identity-wat', 'x-amzn-bedrock-agentcore-runtime-workload-accesstoken'];

let emulator: Emulator;
let clients: ReturnType<typeof clientsOf>;
let issuer: TestIssuer;
let open: string;
let guarded: string;

beforeAll(async () => {
  [emulator, issuer] = await Promise.all([startEmulator({ isolation: 'none', ephemeral: true, stateDelayMs: 0 }), startIssuer()]);
  clients = clientsOf(emulator);
  const { discoveryUrl } = issuer;
  const authorizerConfiguration = { customJWTAuthorizer: { discoveryUrl, allowedClients: ['app'] } };
  const allowed = { requestHeaderConfiguration: { requestHeaderAllowlist: ['Authorization'] } };
  const [first, second] = await Promise.all([
    pushRuntime(clients, 'open', AGENT),
    pushRuntime(clients, 'guarded', AGENT, { authorizerConfiguration, ...allowed }),
    clients.control.send(new CreateApiKeyCredentialProviderCommand({ name: 'openai', apiKey: 'sk-key' })),
    clients.control.send(new CreateWorkloadIdentityCommand({ name: 'local' })),
  ]);
  [open, guarded] = [first.agentRuntimeArn, second.agentRuntimeArn];
});
afterAll(async () => {
  await Promise.all([emulator.stop(), issuer.stop()]);
});

type Headers = Record<string, string | undefined>;

async function invoke(more: Partial<InvokeAgentRuntimeCommandInput> = {}): Promise<Headers> {
  const answer = await clients.data.send(
    new InvokeAgentRuntimeCommand({ agentRuntimeArn: open, payload: new TextEncoder().encode('{}'), ...more }),
  );
  return JSON.parse(await answer.response!.transformToString()) as Headers;
}
const tokensIn = (headers: Headers) => NAMES.map((name) => headers[name]);
const apiKey = async (workloadIdentityToken: string | undefined) =>
  (await clients.data.send(new GetResourceApiKeyCommand({ resourceCredentialProviderName: 'openai', workloadIdentityToken }))).apiKey;

describe('the workload access token of an invocation', () => {
  test('comes under three names when the caller names a user, and is short', async () => {
    const [token, ...others] = tokensIn(await invoke({ runtimeUserId: 'ann' }));
    expect(token).toMatch(/^[\w-]{32,64}$/);
    expect(others).toEqual([token, token]);
    expect(await apiKey(token)).toBe('sk-key');
  });

  test('is missing when the caller signs and names no user', async () => {
    const headers = await invoke();
    expect(tokensIn(headers)).toEqual([undefined, undefined, undefined]);
    expect(headers['x-amzn-bedrock-agentcore-runtime-user-id']).toBeUndefined();
  });

  test('reaches a plain Node server together with a user JWT of 10 KB', async () => {
    // Entra puts the groups of a user into the token: 6 to 10 KB are usual.
    const jwt = await issuer.sign({ client_id: 'app', groups: Array.from({ length: 190 }, (_, index) => `${index}`.padStart(36, '0')) });
    expect(jwt.length).toBeGreaterThan(9_500);
    const response = await fetch(`${emulator.endpoint}/runtimes/${encodeURIComponent(guarded)}/invocations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${jwt}`, 'content-type': 'application/json' },
      body: '{}',
    });
    expect(response.status).toBe(200);
    const headers = (await response.json()) as Headers;
    expect(headers['authorization']).toBe(`Bearer ${jwt}`);
    expect(new Set(tokensIn(headers)).size).toBe(1);
    expect(await apiKey(headers['workloadaccesstoken'])).toBe('sk-key');
  });

  test('comes with the headers that every invocation has', async () => {
    const runtimeSessionId = 'session-0000000000000000000000000000000042';
    expect(await invoke({ runtimeSessionId, traceId: 'Root=1-5e1b4151-5ac6c58f5b5daa0e7a1c1b2d', baggage: 'a=b' })).toMatchObject({
      'x-amzn-requestid': expect.stringMatching(/^[\da-f-]{36}$/),
      'x-amzn-trace-id': 'Root=1-5e1b4151-5ac6c58f5b5daa0e7a1c1b2d',
      'x-amzn-bedrock-agentcore-runtime-session-id': runtimeSessionId,
      baggage: 'a=b',
    });
    const own = await invoke({ runtimeSessionId });
    expect(own['x-amzn-trace-id']).toMatch(/^Root=1-[\da-f]{8}-[\da-f]{24}$/);
    expect(own['baggage']).toBe(`session.id=${runtimeSessionId}`);
    expect(own['x-amzn-bedrock-agentcore-runtime-request-id']).toBeUndefined();
  });
});

test('a token is refused as AWS does after 15 minutes, also when nothing is left of it', async () => {
  const { workloadAccessToken } = await clients.data.send(new GetWorkloadAccessTokenCommand({ workloadName: 'local' }));
  for (const { config } of [clients.data]) Object.defineProperty(config, 'systemClockOffset', { get: () => 0, set: () => {} });
  const issued = Date.now();
  vi.useFakeTimers({ toFake: ['Date'], now: issued + 14 * 60_000 });
  try {
    expect(await apiKey(workloadAccessToken)).toBe('sk-key');
    for (const minutes of [16, 60]) {
      vi.setSystemTime(issued + minutes * 60_000);
      expect(await failureOf(apiKey(workloadAccessToken))).toMatchObject({
        name: 'AccessDeniedException',
        message: 'Token has expired. Please generate a new token.',
        $metadata: { httpStatusCode: 403 },
      });
      await clients.data.send(new GetWorkloadAccessTokenCommand({ workloadName: 'local' }));
    }
  } finally {
    vi.useRealTimers();
  }
});

test('tokens survive a restart, keep no secret in the open, and do not pile up', () => {
  const directory = mkdtempSync(join(tmpdir(), 'workload-token-'));
  const scope = { accountId: '123456789012', region: 'us-west-2' };
  const claims = { ...scope, workloadName: 'agent', user: { type: 'jwt' as const, issuer: 'i', subject: 's', token: 'the-jwt-of-ann' } };
  const start = new Date('2026-01-01T00:00:00Z');
  try {
    const before = openStore({ directory });
    const token = issueWorkloadToken(before, start, claims);
    expect(JSON.stringify(before.items.all(WORKLOAD_TOKEN))).not.toMatch(new RegExp(`the-jwt-of-ann|${token}|${token.slice(10)}`));
    before.close();

    const after = openStore({ directory });
    expect(openWorkloadToken(after, start, scope, token)).toMatchObject(claims);
    for (const other of [
      { ...scope, region: 'eu-west-1' },
      { ...scope, accountId: '999999999999' },
    ])
      expect(() => openWorkloadToken(after, start, other, token)).toThrow('is not valid');
    for (let count = 0; count < 30; count += 1) issueWorkloadToken(after, start, claims);
    const later = new Date(start.getTime() + 15 * 60_000);
    for (let count = 0; count < 3; count += 1) issueWorkloadToken(after, later, claims);
    expect(after.items.all(WORKLOAD_TOKEN)).toHaveLength(3);
    after.close();
  } finally {
    rmSync(directory, { recursive: true });
  }
});
