import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf } from '../fuzz/judge.ts';
import { createSender } from '../fuzz/send-raw.ts';
import { signRaw, type Signer } from '../fuzz/sign-raw.ts';
import type { AwsError } from '../gateway/aws-error.ts';
import { startEmulator, type Emulator } from '../start-emulator.ts';
import { openStore, type Store } from '../store/open-store.ts';
import { clientsOf } from '../test/clients.ts';
import { createAuthenticator } from './authenticate.ts';
import { issueTemporaryCredentials } from './temporary-credentials.ts';

let emulator: Emulator;
let sender: ReturnType<typeof createSender>;
let session: Required<Signer>;
beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true });
  sender = createSender(emulator.endpoint);
  const { iam, sts } = clientsOf(emulator);
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }] };
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: 'caller', AssumeRolePolicyDocument: JSON.stringify(trust) }));
  const { Credentials: given } = await sts.send(new AssumeRoleCommand({ RoleArn: Role!.Arn, RoleSessionName: 'test-session' }));
  session = { accessKeyId: given!.AccessKeyId!, secretAccessKey: given!.SecretAccessKey!, sessionToken: given!.SessionToken! };
});
afterAll(async () => {
  sender.close();
  await emulator.stop();
});

const PROTOCOLS = {
  'rest-json': {
    service: 'bedrock-agentcore',
    target: '/identities/ListWorkloadIdentities',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  },
  json: {
    service: 'secretsmanager',
    target: '/',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'secretsmanager.ListSecrets' },
    body: '{}',
  },
  query: {
    service: 'sts',
    target: '/',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
  },
} as const;
type Protocol = keyof typeof PROTOCOLS;

/** Sends a request that is signed rightly but for what `change` does to it. */
async function codeFor(
  protocol: Protocol,
  {
    signer = emulator,
    at,
    change = (headers) => headers,
    body,
  }: Partial<{ signer: Signer; at: Date; body: string; change(headers: Record<string, string>): Record<string, string> }>,
): Promise<string | undefined> {
  const { service, target, headers, body: signedBody } = PROTOCOLS[protocol];
  const signed = signRaw(
    { method: 'POST', target, headers: { ...headers, host: new URL(emulator.endpoint).host }, body: Buffer.from(signedBody) },
    { signer, service, region: emulator.region, ...(at ? { at } : {}) },
  );
  const answer = await sender.send({ method: 'POST', target, headers: change(signed), body: Buffer.from(body ?? signedBody) });
  return answer.status === 200 ? undefined : codeOf(answer, protocol);
}

const minutes = (count: number) => new Date(Date.now() + count * 60_000);
const without = (name: string) => (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));

describe.each(['rest-json', 'json', 'query'] as const)('in the %s protocol', (protocol) => {
  const name = (query: string, json: string) => (protocol === 'query' ? query : json);

  test('what is signed rightly is served, with long-term and with temporary credentials', async () => {
    expect(await codeFor(protocol, {})).toBeUndefined();
    // The role has no policy: it is known, and may not. GetCallerIdentity anyone may.
    expect(await codeFor(protocol, { signer: session })).toBe(protocol === 'query' ? undefined : 'AccessDeniedException');
  });

  test('no credentials at all', async () => {
    const code = await codeFor(protocol, { change: without('authorization') });
    expect(code).toBe(name('MissingAuthenticationToken', 'MissingAuthenticationTokenException'));
  });

  test('an access key that nobody has', async () => {
    const code = await codeFor(protocol, { signer: { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA', secretAccessKey: 'x' } });
    expect(code).toBe(name('InvalidClientTokenId', 'UnrecognizedClientException'));
  });

  test.each([
    ['another secret', () => ({ signer: { ...emulator, secretAccessKey: 'x' } })],
    ['another body than was signed', () => ({ body: protocol === 'query' ? 'Action=GetCallerIdentity&Version=2011-06-15&' : '{ }' })],
    [
      'another header than was signed',
      () => ({ change: (headers: Record<string, string>) => ({ ...headers, 'content-type': `${headers['content-type']};x` }) }),
    ],
    [
      'the service in its scope changed',
      () => ({
        change: (headers: Record<string, string>) => ({
          ...headers,
          authorization: headers['authorization']!.replace('us-west-2', 'us-east-1'),
        }),
      }),
    ],
    [
      'a date that is not the one of its scope',
      () => ({ change: (headers: Record<string, string>) => ({ ...headers, 'x-amz-date': '20200101T000000Z' }) }),
    ],
  ])('%s', async (_case, request) => {
    expect(await codeFor(protocol, request())).toBe(name('SignatureDoesNotMatch', 'InvalidSignatureException'));
  });

  test('a clock that is off by more than AWS allows', async () => {
    for (const at of [minutes(-6), minutes(6), minutes(-60 * 24 * 400)])
      expect(await codeFor(protocol, { at })).toBe(name('SignatureDoesNotMatch', 'InvalidSignatureException'));
    for (const at of [minutes(-4), minutes(4)]) expect(await codeFor(protocol, { at })).toBeUndefined();
  });

  test('a session token that is not the one of its key', async () => {
    const invalid = name('InvalidClientTokenId', 'UnrecognizedClientException');
    const { sessionToken } = session;
    expect(await codeFor(protocol, { signer: { ...session, sessionToken: `${sessionToken}A` } })).toBe(invalid);
    expect(
      await codeFor(protocol, { signer: { ...session, sessionToken: sessionToken.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')) } }),
    ).toBe(invalid);
    expect(await codeFor(protocol, { signer: { accessKeyId: session.accessKeyId, secretAccessKey: session.secretAccessKey } })).toBe(
      invalid,
    );
    expect(await codeFor(protocol, { signer: { ...session, accessKeyId: emulator.accessKeyId } })).toBe(invalid);
    // The right token beside a long-term key is not ignored: it would tell a caller that they are somebody whom they are not.
    expect(await codeFor(protocol, { signer: { ...emulator, sessionToken } })).toBe(invalid);
  });

  test('a header that cannot be one', async () => {
    // Only the service in the scope says in which protocol a refusal is to be written.
    const scope = `Credential=AKIA/20260101/us-west-2/${PROTOCOLS[protocol].service}`;
    for (const text of [
      `AWS4-HMAC-SHA256 ${scope}/aws4_request`,
      `AWS4-HMAC-SHA256 ${scope}/something, SignedHeaders=host, Signature=00`,
      `AWS4-ECDSA-P256-SHA256 ${scope}/aws4_request, SignedHeaders=host, Signature=00`,
    ]) {
      const code = await codeFor(protocol, { change: (headers) => ({ ...headers, authorization: text }) });
      expect([text, code]).toEqual([text, name('IncompleteSignature', 'IncompleteSignatureException')]);
    }
  });
});

test('temporary credentials are good until they expire, and the refusal says that they have', () => {
  using made = memoryStore();
  const { store } = made;
  const issuedAt = new Date('2026-01-02T03:00:00Z');
  const principal = { type: 'role' as const, arn: 'arn:aws:sts::123456789012:assumed-role/a/b', accountId: '123456789012' };
  const credentials = issueTemporaryCredentials(store, { principal, expiration: new Date(issuedAt.getTime() + 900_000) });
  const ask = (seconds: number) => {
    const now = new Date(issuedAt.getTime() + seconds * 1000);
    const request = { method: 'POST', target: '/', headers: { host: 'localhost' }, body: Buffer.from('') };
    const headers = signRaw(request, { signer: credentials, service: 'sts', region: 'us-west-2', at: now });
    try {
      return createAuthenticator(store, () => now)({ method: 'POST', url: '/', headers, body: request.body }).principal.arn;
    } catch (error) {
      return (error as AwsError).code;
    }
  };
  expect([ask(0), ask(899), ask(900), ask(86_400)]).toEqual([principal.arn, principal.arn, 'ExpiredToken', 'ExpiredToken']);
});

function memoryStore(): Disposable & { store: Store } {
  const directory = mkdtempSync(join(tmpdir(), 'credentials-'));
  const store = openStore({ directory, ephemeral: true });
  return {
    store,
    [Symbol.dispose]() {
      store.close();
      rmSync(directory, { recursive: true });
    },
  };
}
