import { readFile } from 'node:fs/promises';
import { IAM } from '@aws-sdk/client-iam';
import { STS, type AssumeRoleCommandInput, type Credentials } from '@aws-sdk/client-sts';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listen } from '../../listen.ts';
import { startEmulator, type Emulator } from '../../start-emulator.ts';
import { failureOf } from '../../test/clients.ts';

let emulator: Emulator;
let iam: IAM;
let sts: STS;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true });
  const { endpoint, region, accessKeyId, secretAccessKey } = emulator;
  const settings = { endpoint, region, credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 };
  iam = new IAM(settings);
  sts = new STS(settings);
});
afterAll(() => emulator.stop());

const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const trusting = (Principal: object, ...Action: string[]) => policy({ Effect: 'Allow', Principal, Action });
const ACCOUNT = { AWS: '123456789012' };

let made = 0;
/** A role that the account may assume with these actions, and that may do these itself. */
async function makeRole(trusted: string[], own: string[] = []): Promise<string> {
  const RoleName = `role-${(made += 1)}`;
  const { Role } = await iam.createRole({ RoleName, AssumeRolePolicyDocument: trusting(ACCOUNT, ...trusted) });
  const PolicyDocument = policy({ Effect: 'Allow', Action: own, Resource: '*' });
  if (own.length > 0) await iam.putRolePolicy({ RoleName, PolicyName: 'p', PolicyDocument });
  return Role!.Arn!;
}

function as({ AccessKeyId, SecretAccessKey, SessionToken }: Credentials): { sts: STS; iam: IAM } {
  const credentials = { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! };
  const settings = { endpoint: emulator.endpoint, region: emulator.region, credentials, maxAttempts: 1 };
  return { sts: new STS(settings), iam: new IAM(settings) };
}

const assume = async (RoleArn: string, more: Partial<AssumeRoleCommandInput> = {}, client = sts) =>
  (await client.assumeRole({ RoleArn, RoleSessionName: 'one', ...more })).Credentials!;

const TAGGING = ['sts:AssumeRole', 'sts:TagSession'];
const T1 = { Tags: [{ Key: 'T', Value: '1' }], TransitiveTagKeys: ['T'] };

describe('tags of a session', () => {
  // These three are recorded.
  test('of one session cannot take the place of a transitive one of the calling session', async () => {
    const [one, two] = [await makeRole(TAGGING, TAGGING), await makeRole(TAGGING)];
    const { sts: session } = as(await assume(one, T1));
    for (const Key of ['T', 't'])
      expect(await failureOf(assume(two, { Tags: [{ Key, Value: '2' }] }, session))).toMatchObject({
        name: 'InvalidParameterValue',
        message:
          "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
      });
  });

  test.each([
    [
      'The specified transitive tag key must be included in the requested tags.',
      { Tags: [{ Key: 'T', Value: '1' }], TransitiveTagKeys: ['Other'] },
    ],
    ['Duplicate tag keys found. Please note that Tag keys are case insensitive.', { Tags: ['T', 't'].map((Key) => ({ Key, Value: '1' })) }],
  ])('are refused: %s', async (message, tags) => {
    expect(await failureOf(assume(await makeRole(TAGGING), tags))).toMatchObject({ name: 'InvalidParameterValue', message });
  });

  // Documented, and reported by users of aws-actions/configure-aws-credentials.
  test('need sts:TagSession in the trust policy', async () => {
    const RoleArn = await makeRole(['sts:AssumeRole']);
    expect((await failureOf(assume(RoleArn, { Tags: T1.Tags }))).message).toContain('is not authorized to perform: sts:TagSession');
    expect(await assume(RoleArn)).toHaveProperty('AccessKeyId');
  });

  test('open conditions, and transitive ones those of the next session as well', async () => {
    const [one, two] = [await makeRole(TAGGING, TAGGING), await makeRole(TAGGING, ['iam:CreateRole'])];
    const Condition = { StringEquals: { 'aws:PrincipalTag/T': '1' } };
    const PolicyDocument = policy({ Effect: 'Allow', Action: 'iam:ListRoles', Resource: '*', Condition });
    for (const arn of [one, two]) await iam.putRolePolicy({ RoleName: arn.split('/')[1]!, PolicyName: 'tagged', PolicyDocument });
    const tagged = as(await assume(one, { Tags: [...T1.Tags, { Key: 'only-here', Value: '1' }], TransitiveTagKeys: ['T'] }));
    expect((await tagged.iam.listRoles()).Roles).not.toEqual([]);
    expect((await failureOf(as(await assume(one)).iam.listRoles())).name).toBe('AccessDenied');
    const next = as(await assume(two, {}, tagged.sts));
    expect((await next.iam.listRoles()).Roles).not.toEqual([]);
  });
});

test('a source identity needs sts:SetSourceIdentity, is answered, and stays along the chain', async () => {
  const actions = ['sts:AssumeRole', 'sts:SetSourceIdentity'];
  const SourceIdentity = 'ann';
  const plain = await makeRole(['sts:AssumeRole']);
  expect((await failureOf(assume(plain, { SourceIdentity }))).message).toContain('is not authorized to perform: sts:SetSourceIdentity');
  const [one, two] = [await makeRole(actions, actions), await makeRole(actions)];
  const request = { RoleArn: one, RoleSessionName: 'one', SourceIdentity };
  expect(await sts.assumeRole(request)).toMatchObject({ SourceIdentity });
  const { sts: session } = as(await assume(one, { SourceIdentity }));
  expect(await session.assumeRole({ RoleArn: two, RoleSessionName: 'two' })).toMatchObject({ SourceIdentity });
  expect((await failureOf(assume(two, { SourceIdentity: 'ben' }, session))).name).toBe('AccessDenied');
  expect((await failureOf(assume(plain, {}, session))).name).toBe('AccessDenied');
});

test.each([{ SerialNumber: 'arn:aws:iam::123456789012:mfa/x' }, { TokenCode: '123456' }])(
  'AssumeRole refuses %o by name',
  async (member) => {
    expect(await failureOf(assume(await makeRole(['sts:AssumeRole']), member))).toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining(Object.keys(member)[0]!),
    });
  },
);

test('a session token is as long as the request asks for', async () => {
  const { SessionToken } = await assume(await makeRole(['sts:AssumeRole']), { MinimumSessionTokenSize: 3000 });
  expect(SessionToken!.length).toBeGreaterThanOrEqual(3000);
});

test('what GetSessionToken gives is the user again, but not for IAM and not to get another token', async () => {
  const given = as((await sts.getSessionToken({})).Credentials!);
  expect(await given.sts.getCallerIdentity()).toMatchObject({ Arn: 'arn:aws:iam::123456789012:user/admin' });
  expect(await failureOf(given.iam.listRoles())).toMatchObject({ name: 'InvalidClientTokenId' });
  expect(await failureOf(given.sts.getSessionToken())).toMatchObject({
    name: 'AccessDenied',
    message: 'Cannot call GetSessionToken with session credentials',
  });
  expect(await assume(await makeRole(['sts:AssumeRole']), {}, given.sts)).toHaveProperty('SessionToken');
});

test('GetAccessKeyInfo says whose a key is, temporary or not', async () => {
  const { AccessKeyId } = await assume(await makeRole(['sts:AssumeRole']));
  for (const id of [emulator.accessKeyId, AccessKeyId])
    expect((await sts.getAccessKeyInfo({ AccessKeyId: id })).Account).toBe('123456789012');
  expect((await failureOf(sts.getAccessKeyInfo({ AccessKeyId: 'XXXX234567ABCDEFGHIJ' }))).name).toBe('ValidationError');
});

describe('AssumeRoleWithWebIdentity', () => {
  let stopIssuer: () => Promise<void>;
  let issuer: string;
  let key: CryptoKey;
  let roleArn: string;
  let providerArn: string;
  let unsigned: STS;
  const SUBJECT = 'repo:agentcore-tutorials/agentcore-tutorials:ref:refs/heads/main';
  const AUDIENCE = 'sts.amazonaws.com';

  beforeAll(async () => {
    const pair = await generateKeyPair('RS256');
    key = pair.privateKey;
    const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k', alg: 'RS256' };
    const server = await listen(0, (request, response) => {
      const discovery = { issuer, jwks_uri: `${issuer}/.well-known/jwks` };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(request.url?.endsWith('/jwks') ? { keys: [jwk] } : discovery));
    });
    issuer = `http://127.0.0.1:${server.port}`;
    stopIssuer = server.close;
    // The role of the nightly workflow as it is set up on AWS, but for where GitHub's tokens come from.
    const file = await readFile(new URL('../../../../../infra/nightly-trust.json', import.meta.url), 'utf8');
    const trust = file.replaceAll('ACCOUNT_ID', emulator.accountId).replaceAll('token.actions.githubusercontent.com', issuer.slice(7));
    providerArn = (await iam.createOpenIDConnectProvider({ Url: issuer, ClientIDList: [AUDIENCE, 'other'] })).OpenIDConnectProviderArn!;
    roleArn = (await iam.createRole({ RoleName: 'nightly', AssumeRolePolicyDocument: trust })).Role!.Arn!;
    const { endpoint, region } = emulator;
    // Without credentials, as the workflow has none yet.
    unsigned = new STS({ endpoint, region, credentials: () => Promise.reject(new Error('no credentials')), maxAttempts: 1 });
  });
  afterAll(() => stopIssuer());

  const token = (claims: JWTPayload = {}, signer = key) =>
    new SignJWT({ iss: issuer, sub: SUBJECT, aud: AUDIENCE, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'k' })
      .setIssuedAt()
      .setExpirationTime(claims.exp ?? '5m')
      .sign(signer);
  const enter = async (WebIdentityToken: string, RoleArn = roleArn) =>
    unsigned.assumeRoleWithWebIdentity({ RoleArn, RoleSessionName: 'nightly-1', WebIdentityToken });

  test("lets the nightly workflow's token in, and gives a session of its role", async () => {
    const answer = await enter(await token());
    expect(answer).toMatchObject({
      SubjectFromWebIdentityToken: SUBJECT,
      Audience: AUDIENCE,
      Provider: providerArn,
      AssumedRoleUser: { Arn: `arn:aws:sts::123456789012:assumed-role/nightly/nightly-1` },
    });
    expect(await as(answer.Credentials!).sts.getCallerIdentity()).toMatchObject({ Arn: answer.AssumedRoleUser!.Arn });
  });

  test.each<[string, JWTPayload]>([
    ['another branch', { sub: SUBJECT.replace('main', 'other') }],
    ['a fork', { sub: SUBJECT.replace('repo:agentcore-tutorials', 'repo:mallory') }],
    ['another audience of the provider', { aud: 'other' }],
    ['the authorized party as audience', { azp: 'other' }],
  ])('denies a token of %s', async (_, claims) => {
    expect(await failureOf(enter(await token(claims)))).toMatchObject({
      name: 'AccessDenied',
      message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    });
  });

  test('does not believe a token that is expired, of another key, audience or issuer, or none', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    expect((await failureOf(enter(await token({ exp: 1 })))).name).toBe('ExpiredTokenException');
    for (const bad of [await token({}, privateKey), await token({ aud: 'nobody' }), await token({ iss: `${issuer}/other` }), 'not.a.token'])
      expect((await failureOf(enter(bad))).name).toBe('InvalidIdentityTokenException');
    const unreachable = { iss: 'http://127.0.0.1:1' };
    await iam.createOpenIDConnectProvider({ Url: unreachable.iss, ClientIDList: [AUDIENCE] });
    expect((await failureOf(enter(await token(unreachable)))).name).toBe('IDPCommunicationErrorException');
  });

  test('denies a role that does not trust the provider, or that is not there', async () => {
    for (const RoleArn of [await makeRole(['sts:*']), roleArn.replace('nightly', 'nowhere')])
      expect((await failureOf(enter(await token(), RoleArn))).name).toBe('AccessDenied');
  });

  test('takes tags of the token where the trust policy allows sts:TagSession', async () => {
    const claims = { 'https://aws.amazon.com/tags': { principal_tags: { team: ['blue'] }, transitive_tag_keys: ['team'] } };
    expect((await failureOf(enter(await token(claims)))).message).toBe('Not authorized to perform sts:TagSession');
    const trust = trusting({ Federated: providerArn }, 'sts:AssumeRoleWithWebIdentity', 'sts:TagSession');
    const { Role } = await iam.createRole({ RoleName: 'tagged', AssumeRolePolicyDocument: trust });
    expect(await enter(await token(claims), Role!.Arn)).toHaveProperty('Credentials');
  });

  test('without a signature, AssumeRoleWithSAML is not implemented, and everything else not authenticated', async () => {
    const ask = async (Action: string) => {
      const body = new URLSearchParams({ Action, Version: '2011-06-15' });
      const response = await fetch(emulator.endpoint, { method: 'POST', body });
      return [response.status, /<Code>(.*)<\/Code>/.exec(await response.text())?.[1]];
    };
    expect(await ask('AssumeRoleWithSAML')).toEqual([501, 'NotImplemented']);
    expect(await ask('AssumeRole')).toEqual([403, 'MissingAuthenticationToken']);
  });
});
