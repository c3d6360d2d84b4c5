import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startEmulator, type Emulator } from '../../../start-emulator.ts';
import type { TestCredentials } from '../../../test/clients.ts';
import { oauth2Fixture } from '../../../test/oauth2-fixture.ts';
import { pushRuntime } from '../../../test/push-runtime.ts';
import { wsFiles } from '../../../test/ws-files.ts';

/** Answers every message with it and with the headers of the handshake. */
const AGENT = `
import http from 'node:http';
import { WebSocketServer } from 'ws';
const server = http.createServer((request, response) => response.end('{"status":"Healthy"}'));
new WebSocketServer({ server, path: '/ws' }).on('connection', (client, request) => {
  client.on('message', (data) => client.send(JSON.stringify({ said: data.toString(), pid: process.pid, headers: request.headers })));
});
server.listen(8080, '0.0.0.0');
`;
const SESSION = 'session-000000000000000000000000000000077';
const CUSTOM = 'X-Amzn-Bedrock-AgentCore-Runtime-Custom-Color';
/** What of a test's connections is to be closed at its end. */
const open: WebSocket[] = [];
const faults: unknown[] = [];

let emulator: Emulator;
let oauth2: ReturnType<typeof oauth2Fixture>;
let signed: string;
let guarded: string;

beforeAll(async () => {
  emulator = await startEmulator({ isolation: 'none', ephemeral: true, stateDelayMs: 0, onFault: (error) => faults.push(error) });
  oauth2 = oauth2Fixture(emulator);
  const headers = { requestHeaderConfiguration: { requestHeaderAllowlist: [CUSTOM] } };
  const { discoveryUrl, clientId } = emulator.vendor;
  const authorizerConfiguration = { customJWTAuthorizer: { discoveryUrl, allowedClients: [clientId] } };
  const [first, second] = await Promise.all([
    pushRuntime(oauth2.clients, 'sockets', AGENT, headers, wsFiles()),
    pushRuntime(oauth2.clients, 'guarded', AGENT, { authorizerConfiguration }, wsFiles()),
  ]);
  [signed, guarded] = [first.agentRuntimeArn, second.agentRuntimeArn];
});
afterAll(async () => {
  // Open connections do not keep the emulator from ending.
  await emulator.stop();
});

/** With a key, as the signer asks for it, an HMAC. */
class Sha256 {
  readonly #hash;
  constructor(key?: Uint8Array) {
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', key);
  }
  update(data: Uint8Array) {
    this.#hash.update(data);
  }
  async digest() {
    return new Uint8Array(this.#hash.digest());
  }
}
const signer = (credentials: TestCredentials) =>
  new SignatureV4({ service: 'bedrock-agentcore', region: emulator.region, credentials, sha256: Sha256 as never });
const pathOf = (arn: string) => `/runtimes/${encodeURIComponent(arn)}/ws`;
const socketUrl = (path: string, query: Record<string, string> = {}) =>
  `${emulator.endpoint.replace('http', 'ws')}${path}${Object.keys(query).length > 0 ? `?${new URLSearchParams(query)}` : ''}`;
function unsigned(arn: string, query: Record<string, string> = {}) {
  const { hostname, port, host } = new URL(emulator.endpoint);
  return { method: 'GET', protocol: 'http:', hostname, port: Number(port), path: pathOf(arn), query, headers: { host } };
}

async function presign(
  arn: string,
  query: Record<string, string> = {},
  { expiresIn = 300, signingDate = new Date(), by = emulator as TestCredentials } = {},
) {
  const request = await signer(by).presign(unsigned(arn, query), { expiresIn, signingDate });
  return socketUrl(pathOf(arn), request.query as Record<string, string>);
}

interface Echo {
  said: string;
  pid: number;
  headers: Record<string, string>;
}
/** Connects, says something, and answers what came back. */
async function talk(url: string, protocols: string[] = [], headers: Record<string, string> = {}): Promise<Echo & { protocol: string }> {
  const socket = new WebSocket(url, protocols, { headers });
  open.push(socket);
  await once(socket, 'open');
  socket.send('hello');
  const [data] = (await once(socket, 'message')) as [Buffer];
  return { ...(JSON.parse(data.toString()) as Echo), protocol: socket.protocol };
}
/** How a handshake is refused. */
async function refusal(
  url: string,
  protocols: string[] = [],
  headers: Record<string, string> = {},
): Promise<{ status: number; type: string | undefined; challenge: string | undefined; text: string }> {
  const socket = new WebSocket(url, protocols, { headers });
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return {
    status: response.statusCode!,
    type: response.headers['x-amzn-errortype'] as string,
    challenge: response.headers['www-authenticate'],
    text,
  };
}

describe('a WebSocket of an agent', () => {
  test('is signed in its headers, and reaches the session that invocations have', async () => {
    const request = await signer(emulator).sign({
      ...unsigned(signed),
      headers: { ...unsigned(signed).headers, 'x-amzn-bedrock-agentcore-runtime-session-id': SESSION, [CUSTOM.toLowerCase()]: 'red' },
    });
    const echo = await talk(socketUrl(pathOf(signed)), [], request.headers);
    expect(echo.said).toBe('hello');
    expect(echo.headers).toMatchObject({ 'x-amzn-bedrock-agentcore-runtime-session-id': SESSION, [CUSTOM.toLowerCase()]: 'red' });
    // No user was named.
    expect(echo.headers['workloadaccesstoken']).toBeUndefined();
    // The caller's signature is none of the agent's business.
    expect(echo.headers['authorization']).toBeUndefined();
    const again = await talk(await presign(signed, { 'X-Amzn-Bedrock-AgentCore-Runtime-Session-Id': SESSION }));
    expect(again.pid).toBe(echo.pid);
  });

  test('is signed by its URL, in which also the session, the user and custom headers can stand', async () => {
    const echo = await talk(
      await presign(signed, { qualifier: 'DEFAULT', 'X-Amzn-Bedrock-AgentCore-Runtime-User-Id': 'ann', [CUSTOM]: 'blue' }),
    );
    expect(echo.headers).toMatchObject({ 'x-amzn-bedrock-agentcore-runtime-user-id': 'ann', [CUSTOM.toLowerCase()]: 'blue' });
    expect(echo.headers['x-amzn-bedrock-agentcore-runtime-session-id']).toMatch(/.{33}/);
  });

  test('is opened with the token of a user, in a header or among the protocols, and the agent does not see the token there', async () => {
    const token = (await oauth2.signIn('ann'))['access_token']!;
    expect((await talk(socketUrl(pathOf(guarded)), [], { authorization: `Bearer ${token}` })).said).toBe('hello');
    const encoded = Buffer.from(token).toString('base64url');
    const { protocol, headers } = await talk(socketUrl(pathOf(guarded)), [
      `base64UrlBearerAuthorization.${encoded}`,
      'base64UrlBearerAuthorization',
    ]);
    expect(protocol).toBe('base64UrlBearerAuthorization');
    expect(JSON.stringify(headers)).not.toContain(encoded);
    expect(JSON.stringify(headers)).not.toContain(token);
  });

  test('is refused without credentials, with wrong, late or foreign ones, and to an agent that is not there', async () => {
    const url = socketUrl(pathOf(signed));
    expect(await refusal(url)).toMatchObject({ status: 403, type: 'MissingAuthenticationTokenException' });
    expect(await refusal(`${await presign(signed)}0`)).toMatchObject({ status: 403, type: 'InvalidSignatureException' });
    expect(await refusal((await presign(signed)).replace('&X-Amz-Date', '&extra=1&X-Amz-Date'))).toMatchObject({ status: 403 });
    expect(await refusal(await presign(signed, {}, { signingDate: new Date(Date.now() - 600_000) }))).toMatchObject({
      status: 403,
      type: 'AccessDeniedException',
    });
    expect(await refusal(socketUrl(pathOf(guarded)))).toMatchObject({
      status: 401,
      challenge: expect.stringContaining('resource_metadata='),
    });
    expect(await refusal(socketUrl(pathOf(guarded)), [], { authorization: 'Bearer a.b.c' })).toMatchObject({ status: 403 });
    expect(await refusal(await presign(guarded))).toMatchObject({ status: 403, type: 'AccessDeniedException' });
    expect(await refusal(await presign(`${signed}x`))).toMatchObject({ status: 404, type: 'ResourceNotFoundException' });
    expect(await refusal(await presign(signed, { qualifier: 'none' }))).toMatchObject({ status: 404 });
    expect(await refusal(await presign(signed, { 'X-Amzn-Bedrock-AgentCore-Runtime-Session-Id': 'short' }))).toMatchObject({
      status: 400,
      type: 'ValidationException',
    });
    expect(await refusal(await presign(signed), [], { origin: 'https://page.example' })).toMatchObject({
      status: 403,
      text: expect.stringContaining('page.example'),
    });
  });

  test('needs its own permissions, one more for a user', async () => {
    const policy = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
    const { iam, sts } = oauth2.clients;
    const AssumeRolePolicyDocument = policy({ Principal: { AWS: '*' }, Action: 'sts:AssumeRole' });
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName: 'caller', AssumeRolePolicyDocument }));
    const allow = (...Action: string[]) =>
      iam.send(new PutRolePolicyCommand({ RoleName: 'caller', PolicyName: 'p', PolicyDocument: policy({ Action, Resource: '*' }) }));
    await allow('bedrock-agentcore:InvokeAgentRuntime', 'bedrock-agentcore:InvokeAgentRuntimeForUser');
    const { Credentials: given } = await sts.send(new AssumeRoleCommand({ RoleArn: Role!.Arn, RoleSessionName: 'session' }));
    const by = { accessKeyId: given!.AccessKeyId!, secretAccessKey: given!.SecretAccessKey!, sessionToken: given!.SessionToken! };
    const user = { 'X-Amzn-Bedrock-AgentCore-Runtime-User-Id': 'ann' };
    const denied = await refusal(await presign(signed, {}, { by }));
    expect(denied).toMatchObject({ status: 403, type: 'AccessDeniedException' });
    expect(denied.text).toContain('bedrock-agentcore:InvokeAgentRuntimeWithWebSocketStream on resource');
    await allow('bedrock-agentcore:InvokeAgentRuntimeWithWebSocketStream');
    expect((await talk(await presign(signed, {}, { by }))).said).toBe('hello');
    expect((await refusal(await presign(signed, user, { by }))).text).toContain('InvokeAgentRuntimeWithWebSocketStreamForUser');
    await allow('bedrock-agentcore:InvokeAgentRuntimeWithWebSocketStream*');
    expect((await talk(await presign(signed, user, { by }))).headers['x-amzn-bedrock-agentcore-runtime-user-id']).toBe('ann');
  });

  test('is not what a client asks for that offers another protocol with each request', async () => {
    const { hostname, port } = new URL(emulator.endpoint);
    const request = httpRequest({ hostname, port, path: '/_emulator/health', headers: { connection: 'Upgrade', upgrade: 'h2c' } }).end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
    response.resume();
    expect(faults).toEqual([]);
  });

  test('ends with the emulator', async () => {
    const closed = Promise.all(open.map((socket) => (socket.readyState === WebSocket.OPEN ? once(socket, 'close') : undefined)));
    expect(open.filter((socket) => socket.readyState === WebSocket.OPEN).length).toBeGreaterThan(3);
    await emulator.stop();
    await closed;
  });
});
