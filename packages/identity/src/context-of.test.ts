import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { contextOf } from './index.ts';

const INVOCATION = {
  'X-Amz-Bedrock-AgentCore-Identity-WAT': 'wat',
  'X-Amzn-Bedrock-AgentCore-Runtime-Workload-AccessToken': 'wat',
  WorkloadAccessToken: 'wat',
  'X-Amzn-Bedrock-AgentCore-Runtime-Session-Id': 'session-1',
  'X-Amzn-Bedrock-AgentCore-Runtime-Request-Id': 'request-1',
  'X-Amzn-Bedrock-AgentCore-Runtime-User-Id': 'ada',
  'X-Amzn-Bedrock-AgentCore-Runtime-Custom-Tenant': 'blue',
  OAuth2CallbackUrl: 'https://app.example/callback',
  Baggage: 'plan=pro',
  Authorization: 'Bearer token-of-the-caller',
  Cookie: 'a=1',
  'X-Amz-Date': '20260101T000000Z',
  'X-Amzn-Trace-Id': 'Root=1-2-3',
  'X-Amazing': 'yes',
  traceparent: '00-1-2-01',
};

const EXPECTED = {
  workloadAccessToken: 'wat',
  sessionId: 'session-1',
  requestId: 'request-1',
  userId: 'ada',
  oauth2CallbackUrl: 'https://app.example/callback',
  baggage: 'plan=pro',
  headers: {
    'x-amzn-bedrock-agentcore-runtime-custom-tenant': 'blue',
    baggage: 'plan=pro',
    oauth2callbackurl: 'https://app.example/callback',
    Authorization: 'Bearer token-of-the-caller',
    'x-amazing': 'yes',
    traceparent: '00-1-2-01',
  },
};

test('reads the same context from a web Headers, a record in any case, and what node:http received', async () => {
  expect(contextOf(new Headers(INVOCATION))).toEqual(EXPECTED);
  expect(contextOf(INVOCATION)).toEqual(EXPECTED);

  const server = createServer((request, response) => response.end(JSON.stringify(contextOf(request.headers))));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const received = await new Promise<string>((resolve, reject) => {
    const { port } = server.address() as AddressInfo;
    const request = send({ port, host: '127.0.0.1', headers: INVOCATION }, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += String(chunk))).on('end', () => resolve(body));
    });
    request.on('error', reject).end();
  });
  const { headers, ...context } = JSON.parse(received) as typeof EXPECTED;
  expect({ ...context, headers: { ...headers, host: undefined, connection: undefined } }).toEqual(EXPECTED);
});

test.each(['X-Amz-Bedrock-AgentCore-Identity-WAT', 'X-Amzn-Bedrock-AgentCore-Runtime-Workload-AccessToken', 'WorkloadAccessToken'])(
  'takes the workload access token from %s alone, and never forwards it',
  (name) => expect(contextOf({ [name]: 'wat' })).toMatchObject({ workloadAccessToken: 'wat', headers: {} }),
);

test('prefers the identity header over WorkloadAccessToken', () => {
  const context = contextOf({ workloadaccesstoken: 'old', 'x-amz-bedrock-agentcore-identity-wat': 'new' });
  expect(context.workloadAccessToken).toBe('new');
});

test('takes the id that AWS gave the request, or makes a new one', () => {
  expect(contextOf({ 'x-amzn-requestid': 'from-aws' }).requestId).toBe('from-aws');
  const [first, second] = [contextOf({}).requestId, contextOf(new Headers()).requestId];
  expect(first).toMatch(/^[\da-f-]{36}$/);
  expect(second).not.toBe(first);
});

test('an empty header counts as missing', () => {
  const { requestId, ...context } = contextOf({ workloadaccesstoken: '', 'x-amzn-bedrock-agentcore-runtime-session-id': '' });
  expect(context).toEqual({ headers: {} });
  expect(requestId).not.toBe('');
});

test('forwards a repeated header as a list, and reads its first value', () => {
  const context = contextOf({ baggage: ['a=1', 'b=2'] as never, 'set-cookie': ['c', 'd'] });
  expect(context).toMatchObject({ baggage: 'a=1', headers: { baggage: 'a=1, b=2', 'set-cookie': 'c, d' } });
});

test.each(['__proto__', '__PROTO__', '__Proto__'])('a header cannot reach a prototype: %s', (name) => {
  const { headers } = contextOf(JSON.parse(`{"${name}":["x"],"constructor":"y"}`) as Record<string, string>);
  expect(Object.getPrototypeOf(headers)).toBe(Object.prototype);
  expect(headers).toEqual({ constructor: 'y' });
});

test('reads headersDistinct, a Map, and what has no value', () => {
  const distinct = { __proto__: null, headers: ['x'], workloadaccesstoken: ['wat', 'other'], 'x-empty': [] };
  expect(contextOf(distinct as never)).toMatchObject({ workloadAccessToken: 'wat', headers: { headers: 'x', 'x-empty': '' } });
  expect(contextOf(new Map([['WorkloadAccessToken', 'wat']]) as never)).toMatchObject({ workloadAccessToken: 'wat', headers: {} });
  expect(contextOf({ headers: null, baggage: null, host: undefined } as never).headers).toEqual({});
});

test.each([
  ['a request of node:http', { headers: { host: 'x' } }, /not the request: pass request\.headers/],
  ['a web Request', new Request('http://localhost'), /not the request: pass request\.headers/],
  ['rawHeaders', ['Host', 'x'], /not a list: pass request\.headers/],
  ['a number among them', { 'content-length': 5 }, /content-length is neither a text nor a list/],
  ['a list of something else', { Authorization: [{ secret: 1 }] }, /^The header Authorization is neither a text nor a list of texts\./],
  ['a function among them', { forEach: 1, a: () => 1 }, /forEach is neither/],
  ['nothing', undefined, /the headers of a request, not undefined/],
  ['null', null, /the headers of a request, not null/],
])('rejects %s with INVALID_ARGUMENT', (_what, headers, message) => {
  expect(() => contextOf(headers as never)).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringMatching(message) }),
  );
});
