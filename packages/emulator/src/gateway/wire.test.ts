import { GetAuthorizationTokenCommand, ListImagesCommand } from '@aws-sdk/client-ecr';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signRaw } from '../fuzz/sign-raw.ts';
import { startEmulator, type Emulator } from '../start-emulator.ts';
import { clientsOf, failureOf } from '../test/clients.ts';
import { assume, makeRole, statement } from '../test/role-fixture.ts';
import { foldHeaders } from './fold-headers.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true });
});
afterAll(() => emulator.stop());

/** Sends headers as a list of lines, so that one may come twice. */
async function send(
  method: string,
  path: string,
  headers: readonly (readonly [string, string])[] = [],
  body = '',
): Promise<{ status: number; body: string }> {
  const lines = [['host', new URL(emulator.endpoint).host] as const, ...headers, ['content-length', String(body.length)] as const];
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest(`${emulator.endpoint}${path}`, { method, headers: lines.flat() as never }, resolve)
      .once('error', reject)
      .end(body);
  });
  return { status: response.statusCode!, body: await text(response) };
}

const FORM = ['content-type', 'application/x-www-form-urlencoded'] as const;

describe('a header that comes twice', () => {
  const body = 'Action=GetCallerIdentity&Version=2011-06-15';
  /** The canonical form joins values by a comma alone: https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html (documented). */
  const signed = (canonical: string) => {
    const host = new URL(emulator.endpoint).host;
    const headers = { host, [FORM[0]]: FORM[1], 'x-amzn-user': canonical };
    const signer = { accessKeyId: emulator.accessKeyId, secretAccessKey: emulator.secretAccessKey };
    const all = signRaw({ method: 'POST', target: '/', headers, body: Buffer.from(body) }, { signer, service: 'sts', region: 'us-west-2' });
    const { host: _host, 'x-amzn-user': _user, ...rest } = all;
    return Object.entries(rest);
  };

  test.each([
    [['ann', 'ann'], 'ann,ann'],
    [['ann', ' b  ob '], 'ann,b ob'],
    [['a, b'], 'a, b'],
  ])('as %j is signed as %j', async (values, canonical) => {
    const lines = values.map((value) => ['x-amzn-user', value] as const);
    expect((await send('POST', '/', [...signed(canonical), ...lines], body)).status).toBe(200);
    expect((await send('POST', '/', [...signed(canonical), ...lines, ['x-amzn-user', 'eve']], body)).status).toBe(403);
  });

  test('with the same value both times means that value', () => {
    const folded = (...values: string[]) =>
      foldHeaders({
        headers: { host: 'h', 'x-user': values.join(', ') },
        headersDistinct: { host: ['h'], 'x-user': values },
        rawHeaders: ['host', 'h', ...values.flatMap((value) => ['x-user', value])],
      } as unknown as IncomingMessage)['x-user'];
    expect([folded('ann'), folded('ann', 'ann'), folded('ann', 'bob'), folded('a, b')]).toEqual(['ann', 'ann', 'ann, bob', 'a, b']);
  });
});

describe('without a signature', () => {
  const json = (target: string) => [['x-amz-target', target] as const];
  test.each<[string, Parameters<typeof send>, string]>([
    ['a form for another service', ['POST', '/', [FORM], 'Action=Publish&Version=2010-03-31'], 'Publish'],
    ['an operation that is missing', ['POST', '/', [FORM], 'Action=AssumeRoleWithSAML&Version=2011-06-15'], 'sts:AssumeRoleWithSAML'],
    ['another service', ['POST', '/', json('AWSCognitoIdentityProviderService.InitiateAuth'), '{}'], 'AWSCognitoIdentityProviderService'],
    ['a missing operation of a service', ['POST', '/', json('secretsmanager.RotateSecret'), '{}'], 'secretsmanager:RotateSecret'],
    ['a shell in a session', ['GET', '/runtimes/arn/ws/shells?qualifier=DEFAULT'], 'InvokeAgentRuntimeCommandShell'],
    ['a signed URL', ['GET', '/v1/speech?X-Amz-Credential=AKIA/20261130/us-west-2/polly/aws4_request'], "'polly'"],
  ])('%s is answered with 501', async (_case, request, name) => {
    const answer = await send(...request);
    expect(answer).toEqual({ status: 501, body: expect.stringContaining(name) });
  });

  test('what is there asks for credentials', async () => {
    const there = [
      await send('POST', '/', [FORM], 'Action=GetCallerIdentity&Version=2011-06-15'),
      await send('POST', '/', json('secretsmanager.ListSecrets'), '{}'),
      await send('POST', '/runtimes/', [], '{}'),
    ];
    expect(there.map(({ status }) => status)).toEqual([403, 400, 403]);
    for (const { body } of there) expect(body).toContain('Missing Authentication Token');
  });
});

test.each([
  ['/v2/apis', 'apigateway', "'apigateway'"],
  ['/v1/jobqueues', 'batch', "'batch'"],
  ['/runtimes/arn/ws/shells', 'bedrock-agentcore', 'InvokeAgentRuntimeCommandShell'],
])('%s, signed for %s, is answered with 501', async (target, service, name) => {
  const signer = { accessKeyId: emulator.accessKeyId, secretAccessKey: emulator.secretAccessKey };
  const { host } = new URL(emulator.endpoint);
  const request = { method: 'GET', target, headers: { host }, body: Buffer.alloc(0) };
  const { host: _host, ...headers } = signRaw(request, { signer, service, region: 'us-west-2' });
  const answer = await send('GET', target, Object.entries(headers));
  expect(answer).toEqual({ status: 501, body: expect.stringContaining(name) });
});

test('a policy that denies what comes without TLS denies nothing here: the gateway, S3 and the registry say the same', async () => {
  const admin = clientsOf(emulator);
  const role = await makeRole(admin, 'tls', { AWS: `arn:aws:iam::${emulator.accountId}:root` }, statement(['ecr:*', 's3:*']), {
    Effect: 'Deny',
    Action: '*',
    Resource: '*',
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  });
  const { ecr } = await assume(emulator, role);
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const login = ['authorization', `Basic ${authorizationData![0]!.authorizationToken}`] as const;
  const s3 = new S3Client({
    endpoint: emulator.endpoint,
    region: emulator.region,
    credentials: ecr.config.credentials,
    forcePathStyle: true,
  });
  // Each gets as far as to see that there is nothing.
  expect((await failureOf(ecr.send(new ListImagesCommand({ repositoryName: 'none' })))).name).toBe('RepositoryNotFoundException');
  expect((await failureOf(s3.send(new ListObjectsV2Command({ Bucket: 'none' })))).name).toBe('NoSuchBucket');
  expect(await send('GET', '/v2/none/manifests/latest', [login])).toMatchObject({
    status: 404,
    body: expect.stringContaining('NAME_UNKNOWN'),
  });
});
