import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connect } from '../aws/connect.ts';
import type { InvokeOptions } from './invoke.ts';
import { invokeRuntime } from './invoke.ts';
import type { Reply } from './reply.ts';
import { stopRuntimeSession } from './stop-session.ts';

const agentRuntimeArn = 'arn:aws:bedrock-agentcore:eu-west-1:111122223333:runtime/a-0123456789';
let server: Server;
let requests: IncomingMessage[];
let answer: (response: ServerResponse, count: number) => void;
beforeEach(async () => {
  requests = [];
  server = createServer((request, response) => {
    requests.push(request);
    request.resume().on('end', () => answer(response, requests.length));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const refuse = (response: ServerResponse, status: number, type: string): void =>
  void response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type }).end('{"message":"said the service"}');
const accept = (response: ServerResponse): void =>
  void response
    .writeHead(200, { 'content-type': 'application/json', 'x-amzn-bedrock-agentcore-runtime-session-id': 's'.repeat(36) })
    .end('"ok"');

async function invoke(options: InvokeOptions = {}, payload: unknown = {}): Promise<Reply> {
  const aws = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
  };
  return invokeRuntime({ clients: await connect({ region: 'eu-west-1', aws }), agentRuntimeArn, aws }, payload, options);
}

test('an invocation is signed, and names endpoint, user and session', async () => {
  answer = accept;
  const reply = await invoke({ userId: 'me', sessionId: 's'.repeat(36) }, new Uint8Array([1]));
  expect(reply).toMatchObject({ sessionId: 's'.repeat(36), contentType: 'application/json', statusCode: 200 });
  expect(requests[0]?.url).toBe(`/runtimes/${encodeURIComponent(agentRuntimeArn)}/invocations?qualifier=DEFAULT`);
  expect(requests[0]?.headers).toMatchObject({
    authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\//),
    'x-amzn-bedrock-agentcore-runtime-user-id': 'me',
    'x-amzn-bedrock-agentcore-runtime-session-id': 's'.repeat(36),
    accept: 'application/json, text/event-stream',
  });
});

test('with a JWT there is no signature, and no user beside the one in the token', async () => {
  answer = accept;
  await invoke({ bearerToken: 'a.b.c' });
  expect(requests[0]?.headers.authorization).toBe('Bearer a.b.c');
  expect(requests[0]?.headers).not.toHaveProperty('x-amzn-bedrock-agentcore-runtime-user-id');
  await expect(invoke({ bearerToken: 'a.b.c', userId: 'me' })).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
});

const circular: Record<string, unknown> = {};
circular['self'] = circular;

test.each<[string, unknown, RegExp]>([
  ['a circular object', circular, /^The payload cannot be sent as JSON: .*circular/],
  ['a BigInt', { count: 1n }, /^The payload cannot be sent as JSON: .*BigInt/],
  ['a function', () => 1, /^The payload cannot be sent as JSON: it is a function/],
])('%s as payload is refused in words, and nothing is sent', async (_what, payload, message) => {
  await expect(invoke({}, payload)).rejects.toMatchObject({ code: 'INVALID_CONFIG', message: expect.stringMatching(message) });
  expect(requests).toHaveLength(0);
});

test.each<[string, InvokeOptions, RegExp]>([
  ['letters that a header cannot carry', { userId: '학생' }, /^userId has characters that are not printable ASCII.*encodeURIComponent/],
  ['two lines', { userId: 'a\nb' }, /^userId has characters/],
  ['nothing', { userId: '' }, /^userId is empty/],
  ['blanks around it', { userId: ' me ' }, /^userId begins or ends with a blank/],
  ['1,025 characters', { userId: 'x'.repeat(1025) }, /^userId has 1025 characters/],
  ['a session of other letters', { sessionId: '세'.repeat(36) }, /^sessionId has characters/],
  ['a token with its line feed', { bearerToken: 'a-secret.b.c\n' }, /^(?!.*a-secret)bearerToken has characters/],
])('%s in an option that becomes a header is refused, and nothing is sent', async (_what, options, message) => {
  await expect(invoke(options)).rejects.toMatchObject({ code: 'INVALID_CONFIG', message: expect.stringMatching(message) });
  expect(requests).toHaveLength(0);
});

test.each([
  [429, 'ThrottlingException'],
  [409, 'RetryableConflictException'],
])('%i %s means that the agent was not started: it is tried again', async (status, type) => {
  answer = (response, count) => (count < 3 ? refuse(response, status, type) : accept(response));
  expect(await (await invoke()).json()).toBe('ok');
  expect(requests).toHaveLength(3);
});

test.each([
  [500, 'InternalServerException'],
  [424, 'RuntimeClientError'],
  [403, 'AccessDeniedException'],
])('%i %s is reported after one attempt: the agent may have acted', async (status, type) => {
  answer = (response) => refuse(response, status, type);
  await expect(invoke()).rejects.toMatchObject({ code: 'INVOKE_FAILED', type, message: expect.stringContaining('said the service') });
  expect(requests).toHaveLength(1);
});

const denied = (action: string) =>
  `User: u is not authorized to perform: bedrock-agentcore:${action} on resource: r because no policy allows it`;

test.each<[string, InvokeOptions, [number, string, object], RegExp]>([
  ['no user', {}, [424, 'RuntimeClientError', { message: 'Received error (500) from runtime.' }], /No user was named, .* pass userId\.$/],
  [
    'a failing agent',
    { userId: 'me' },
    [424, 'RuntimeClientError', { message: 'x' }],
    /x\. Read what the agent logged: [^.]+\.logs\(\), or agentcore-deploy logs\.$/,
  ],
  [
    'a user without permission',
    { userId: 'me' },
    [403, 'AccessDeniedException', { message: denied('InvokeAgentRuntimeForUser') }],
    /ForUser beside/,
  ],
  [
    'no permission',
    { userId: 'me' },
    [403, 'AccessDeniedException', { message: denied('InvokeAgentRuntime') }],
    /Allow bedrock-agentcore:InvokeAgentRuntime on/,
  ],
  ['a signature for a JWT', {}, [403, 'AccessDeniedException', { message: 'Authorization method mismatch.' }], /pass bearerToken/],
  [
    'a JWT for a signature',
    { bearerToken: 'a.b.c' },
    [403, 'AccessDeniedException', { message: 'Authorization method mismatch.' }],
    /leave bearerToken out/,
  ],
  [
    'a refused JWT',
    { bearerToken: 'a.b.c' },
    [401, 'UnauthorizedException', { jsonrpc: '2.0', error: { code: -32_001, message: "Claim 'aud' value mismatch with configuration." } }],
    /UnauthorizedException: Claim 'aud' value mismatch with configuration\. Get a new token/,
  ],
])('says what helps against %s', async (_cause, options, [status, type, body], message) => {
  answer = (response) =>
    void response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type }).end(JSON.stringify(body));
  await expect(invoke(options)).rejects.toMatchObject({ code: 'INVOKE_FAILED', type, message: expect.stringMatching(message) });
});

test('an answer that breaks off is an error, and an abort ends one that does not end', async () => {
  answer = (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: "begun"\n\n', () => requests.length === 1 && response.destroy());
  };
  const read = async (reply: Reply): Promise<string[]> => {
    const pieces: string[] = [];
    for await (const piece of reply.text()) pieces.push(piece);
    return pieces;
  };
  await expect(read(await invoke())).rejects.toMatchObject({ code: 'INVOKE_FAILED', message: expect.stringContaining('broke off') });
  const controller = new AbortController();
  const endless = await invoke({ signal: controller.signal });
  const reading = read(endless);
  controller.abort(new Error('enough'));
  await expect(reading).rejects.toMatchObject({ code: 'ABORTED' });
});

test('stopping what is no session is refused', async () => {
  const clients = await connect({ region: 'eu-west-1', aws: {} });
  for (const id of ['세'.repeat(36), 'short', ''])
    await expect(stopRuntimeSession({ clients, agentRuntimeArn }, id)).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
});

test('stopping a session that has ended is fine', async () => {
  answer = (response) => refuse(response, 404, 'ResourceNotFoundException');
  const aws = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
  };
  await stopRuntimeSession({ clients: await connect({ region: 'eu-west-1', aws }), agentRuntimeArn }, 's'.repeat(36));
  answer = (response) => refuse(response, 403, 'AccessDeniedException');
  await expect(
    stopRuntimeSession({ clients: await connect({ region: 'eu-west-1', aws }), agentRuntimeArn }, 's'.repeat(36)),
  ).rejects.toMatchObject({ code: 'AWS', type: 'AccessDeniedException' });
});
