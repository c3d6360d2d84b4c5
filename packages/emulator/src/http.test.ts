import { createHash, createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from './start-emulator.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true });
});
afterAll(() => emulator.stop());

/** fetch does not let a caller choose the Host header; a browser that was rebound does. */
function get(path: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    httpRequest(`${emulator.endpoint}${path}`, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .once('error', reject)
      .end();
  });
}

describe('a web page that a developer visits', () => {
  test.each([
    ['a name of its own that it has rebound', { host: 'evil.example' }],
    ['a name that only looks like loopback', { host: '127.0.0.1.evil.example' }],
    ['its own origin', { origin: 'https://evil.example' }],
    ['no origin that may be told', { origin: 'null' }],
  ])('is refused with %s', async (_case, headers) => {
    expect(await get('/_emulator/health', headers)).toBe(403);
  });

  test.each([[{ host: 'localhost' }], [{ host: '[::1]:80' }], [{ origin: 'http://localhost:3000' }], [{}]])(
    'a request of this machine with %j is served',
    async (headers) => {
      expect(await get('/_emulator/health', headers as Record<string, string>)).toBe(200);
    },
  );
});

test.each(['Host', 'Authorization'])('a request with several %s headers is refused, as nobody can tell which one counts', async (name) => {
  const socket = connect(Number(new URL(emulator.endpoint).port), '127.0.0.1');
  const lines = ['Host: localhost', 'Authorization: a', `${name}: localhost`, 'Connection: close'];
  socket.end(`GET /_emulator/health HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  expect(await readText(socket)).toMatch(/^HTTP\/1\.1 400 /);
});

describe('/_emulator/', () => {
  test.each(['/_emulator/inventory', '/_emulator/info', '/_emulator/model/requests', '/_emulator/sessions', '/_emulator/anything'])(
    '%s needs the admin token',
    async (path) => {
      expect((await fetch(`${emulator.endpoint}${path}`)).status).toBe(401);
      expect((await fetch(`${emulator.endpoint}${path}`, { headers: { authorization: `Bearer ${emulator.adminToken}x` } })).status).toBe(
        401,
      );
    },
  );

  test('credentials are given for a grant of a session, and for nothing else', async () => {
    for (const authorization of ['', 'AAAA', `Bearer ${emulator.adminToken}`]) {
      expect((await fetch(`${emulator.endpoint}/_emulator/credentials`, { headers: { authorization } })).status).toBe(403);
    }
  });
});

test('an unsigned request is refused in the protocol that it speaks', async () => {
  const rest = await fetch(`${emulator.endpoint}/runtimes/`, { method: 'POST', body: '{}' });
  expect([rest.status, rest.headers.get('x-amzn-errortype')]).toEqual([403, 'MissingAuthenticationTokenException']);
  const query = await fetch(emulator.endpoint, {
    method: 'POST',
    body: new URLSearchParams({ Action: 'ListRoles', Version: '2010-05-08' }),
  });
  expect(await query.text()).toContain('<Code>MissingAuthenticationToken</Code>');
  const json = await fetch(emulator.endpoint, { method: 'POST', headers: { 'x-amz-target': 'secretsmanager.ListSecrets' }, body: '{}' });
  expect(await json.json()).toEqual({ __type: 'MissingAuthenticationTokenException', message: 'Missing Authentication Token' });
});

describe('a service that the emulator does not have', () => {
  // SignatureV4 calls it with new: what it returns is then used in place of the new object.
  const sha256 = function (secret?: string) {
    const hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
    return { update: (data: string) => void hash.update(data), digest: async () => new Uint8Array(hash.digest()) };
  };
  async function post(service: string, headers: Record<string, string>, body: string): Promise<string> {
    const { hostname, host } = new URL(emulator.endpoint);
    const signer = new SignatureV4({ service, region: emulator.region, credentials: emulator, sha256: sha256 as never });
    const signed = await signer.sign({ method: 'POST', protocol: 'http:', hostname, path: '/', headers: { host, ...headers }, body });
    const response = await fetch(emulator.endpoint, { method: 'POST', headers: signed.headers, body });
    expect(response.status).toBe(501);
    return response.text();
  }
  const known = 'It has: bedrock-agentcore, iam, sts, ecr, secretsmanager, logs, s3.';

  test('is named, with those that it has, in XML to a client of the query protocol', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    expect(await post('ec2', form, 'Action=DescribeVpcs&Version=2016-11-15')).toContain(
      `<Code>NotImplemented</Code><Message>The emulator does not have the service &apos;ec2&apos;. ${known}</Message>`,
    );
  });

  test('and in JSON to others, with the code in it where the client looks for it there', async () => {
    const message = (name: string) => `The emulator does not have the service '${name}'. ${known}`;
    expect(JSON.parse(await post('lambda', {}, ''))).toEqual({ message: message('lambda') });
    const target = { 'x-amz-target': 'DynamoDB_20120810.ListTables', 'content-type': 'application/x-amz-json-1.0' };
    expect(JSON.parse(await post('dynamodb', target, '{}'))).toEqual({ __type: 'NotImplemented', message: message('dynamodb') });
  });
});
