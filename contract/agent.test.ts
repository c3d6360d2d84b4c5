/**
 * What reaches an agent in a runtime, and what its caller is told of it.
 *
 * These need an agent that tells what it was sent and fails when it is asked to, and an issuer of tokens that the service can reach. On AWS there is
 * neither yet, so they are skipped there.
 */
import { InvokeAgentRuntimeCommand } from '@aws-sdk/client-bedrock-agentcore';
import { beforeAll, describe, expect } from 'vitest';
import { startIssuer, type TestIssuer } from '../packages/emulator/src/test/issuer.ts';
import { executionRole, makeRuntime, pushAgent } from './make-runtime.ts';
import { believed, documented, reported } from './source.ts';
import { contractSuite, failureOf, test } from './suite.ts';

const suite = contractSuite();
const { data } = suite.clients;

const AGENT = `#!/usr/bin/env node
import { createServer } from 'node:http';
createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
    if (Buffer.concat(chunks).toString().includes('fail')) response.statusCode = 500;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(request.url === '/ping' ? { status: 'Healthy', time_of_last_update: 1 } : request.headers));
  });
}).listen(8080, '0.0.0.0');
`;

describe.skipIf(suite.isAws)('an agent', () => {
  let open: string;
  let guarded: string;
  let issuer: TestIssuer;
  const session = (what: string) => `${suite.name(what)}-${'0'.repeat(33)}`;

  beforeAll(async () => {
    issuer = await startIssuer();
    suite.undo(() => issuer.stop());
    const agent = { containerUri: await pushAgent(suite, 'telling', AGENT), roleArn: await executionRole(suite, 'telling') };
    const authorizerConfiguration = { customJWTAuthorizer: { discoveryUrl: issuer.discoveryUrl, allowedClients: ['app'] } };
    const made = await Promise.all([
      makeRuntime(suite, 'open', agent),
      makeRuntime(suite, 'guarded', { ...agent, authorizerConfiguration }),
    ]);
    [open, guarded] = made.map(({ agentRuntimeArn }) => agentRuntimeArn!) as [string, string];
  }, 900_000);

  const headersOf = async (more: { runtimeUserId?: string } = {}): Promise<Record<string, string>> => {
    const runtimeSessionId = session(more.runtimeUserId ?? 'nobody');
    const command = new InvokeAgentRuntimeCommand({ agentRuntimeArn: open, payload: Buffer.from('{}'), runtimeSessionId, ...more });
    const { response } = await data.send(command);
    return JSON.parse(await response!.transformToString()) as Record<string, string>;
  };
  const TOKENS = ['workloadaccesstoken', 'x-amz-bedrock-agentcore-identity-wat', 'x-amzn-bedrock-agentcore-runtime-workload-accesstoken'];

  test({
    about: ['bedrock-agentcore:InvokeAgentRuntime'],
    source: [
      reported('awslabs/agentcore-samples', 320),
      documented('https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/get-workload-access-token.html'),
    ],
  })('gets a workload access token, under three names, where the caller names a user, and otherwise none', async () => {
    const forAnn = await headersOf({ runtimeUserId: 'ann' });
    const tokens = TOKENS.map((name) => forAnn[name]);
    expect(tokens[0]).toMatch(/^\S+$/);
    expect(new Set(tokens).size).toBe(1);
    const forNobody = await headersOf();
    expect(TOKENS.filter((name) => name in forNobody)).toEqual([]);
  });

  test({
    about: ['bedrock-agentcore:InvokeAgentRuntime'],
    source: believed('as callers have captured it, in reports without an address that stays'),
  })('gets the request id, the trace id, baggage and the session with each invocation', async () => {
    expect(await headersOf()).toMatchObject({
      'x-amzn-requestid': expect.any(String) as string,
      'x-amzn-trace-id': expect.any(String) as string,
      baggage: expect.any(String) as string,
      'x-amzn-bedrock-agentcore-runtime-session-id': session('nobody'),
    });
  });

  test({
    about: ['bedrock-agentcore:InvokeAgentRuntime'],
    source: believed('as callers have captured it, in reports without an address that stays'),
  })('that answers a new session with 500 has not started in time: 424', async () => {
    const command = new InvokeAgentRuntimeCommand({
      agentRuntimeArn: open,
      payload: Buffer.from('fail'),
      runtimeSessionId: session('failing'),
    });
    expect(await failureOf(data.send(command))).toMatchObject({
      name: 'RuntimeClientError',
      status: 424,
      message: 'Runtime initialization time exceeded. Please make sure that initialization completes in 120s.',
    });
  });

  const call = async (authorization?: string) => {
    const url = `${suite.connection!.endpoint}/runtimes/${encodeURIComponent(guarded)}/invocations?qualifier=DEFAULT`;
    const headers = { 'content-type': 'application/json', ...(authorization && { authorization: `Bearer ${authorization}` }) };
    const response = await fetch(url, { method: 'POST', headers, body: '{}' });
    return { status: response.status, challenge: response.headers.get('www-authenticate'), body: (await response.json()) as unknown };
  };

  test({
    about: ['bedrock-agentcore:InvokeAgentRuntime'],
    source: [
      believed('as callers have captured it, in reports without an address that stays'),
      documented('https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/runtime-oauth.html'),
    ],
  })(
    'behind an authorizer: a missing token is 401, one that is no JWT 403, one with another claim 401, a right one is let in',
    async () => {
      const refused = (message: string) => ({ jsonrpc: '2.0', error: { code: -32_001, message } });
      expect(await call()).toMatchObject({
        status: 401,
        challenge: expect.stringMatching(/^Bearer resource_metadata="http/) as string,
        body: refused('Missing Authentication Token'),
      });
      expect(await call('no.jwt.at-all')).toMatchObject({
        status: 403,
        body: { message: 'OAuth authorization failed: Failed to parse token' },
      });
      expect(await call(await issuer.sign({ client_id: 'other' }))).toMatchObject({
        status: 401,
        body: refused("Claim 'client_id' value mismatch with configuration."),
      });
      expect((await call(await issuer.sign({ client_id: 'app' }))).status).toBe(200);
    },
  );

  test({
    about: ['bedrock-agentcore:InvokeAgentRuntime'],
    source: believed('as callers have captured it, in reports without an address that stays'),
  })('behind an authorizer refuses a signature: AccessDeniedException', async () => {
    const command = new InvokeAgentRuntimeCommand({ agentRuntimeArn: guarded, payload: Buffer.from('{}') });
    const failure = await failureOf(data.send(command));
    expect(failure).toMatchObject({ name: 'AccessDeniedException', status: 403 });
    expect(failure.message).toMatch(/^Authorization method mismatch/);
  });
});
