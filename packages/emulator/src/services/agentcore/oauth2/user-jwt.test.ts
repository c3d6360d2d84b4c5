import { createHmac } from 'node:crypto';
import { GetWorkloadAccessTokenForJWTCommand } from '@aws-sdk/client-bedrock-agentcore';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listen } from '../../../listen.ts';
import { startEmulator, type Emulator } from '../../../start-emulator.ts';
import { failureOf } from '../../../test/clients.ts';
import { oauth2Fixture } from '../../../test/oauth2-fixture.ts';

let emulator: Emulator;
let oauth2: ReturnType<typeof oauth2Fixture>;
let ann: string;
/** An identity provider of the test's own: it can issue what a good one never would. */
let issuer: string;
let key: CryptoKey;
let publicKey: string;
let stopIssuer: () => Promise<void>;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true });
  oauth2 = oauth2Fixture(emulator);
  const pair = await generateKeyPair('ES256', { extractable: true });
  key = pair.privateKey;
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'ES256' };
  publicKey = JSON.stringify(jwk);
  const server = await listen(0, (request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.url === '/.well-known/openid-configuration')
      return void response.end(JSON.stringify({ issuer, jwks_uri: `${issuer}/jwks` }));
    if (request.url === '/other/.well-known/openid-configuration')
      return void response.end(JSON.stringify({ issuer, jwks_uri: `${issuer}/jwks` }));
    response.end(JSON.stringify({ keys: [jwk] }));
  });
  issuer = `http://127.0.0.1:${server.port}`;
  stopIssuer = server.close;
  await Promise.all([
    oauth2.createWorkload('agent'),
    oauth2.createProvider('notes'),
    oauth2.createProvider('exchange', {
      onBehalfOfTokenExchangeConfig: { grantType: 'TOKEN_EXCHANGE', tokenExchangeGrantTypeConfig: { actorTokenContent: 'NONE' } },
    }),
    oauth2.createProvider('exchange-with-actor', {
      onBehalfOfTokenExchangeConfig: {
        grantType: 'TOKEN_EXCHANGE',
        tokenExchangeGrantTypeConfig: { actorTokenContent: 'M2M', actorTokenScopes: ['notes:read'] },
      },
    }),
    oauth2.createProvider('assertion', { onBehalfOfTokenExchangeConfig: { grantType: 'JWT_AUTHORIZATION_GRANT' } }),
  ]);
  ann = (await oauth2.signIn('ann'))['access_token']!;
});
afterAll(async () => {
  await emulator.stop();
  await stopIssuer();
});

const workloadToken = async (userToken: string, data = oauth2.clients.data) =>
  (await data.send(new GetWorkloadAccessTokenForJWTCommand({ workloadName: 'agent', userToken }))).workloadAccessToken!;
const sign = (claims: JWTPayload = {}, header: { alg?: string; kid?: string } = {}, signer = key) =>
  new SignJWT({ iss: issuer, sub: 'ann', exp: Math.floor(Date.now() / 1000) + 60, ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'one', ...header })
    .sign(signer);
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a workload token for a user JWT', () => {
  test('is given for a token of the vendor, an ID token as well, and of any other issuer that proves itself', async () => {
    const { id_token: idToken } = await oauth2.signIn('ann', { scope: 'openid agents:invoke' });
    for (const token of [ann, idToken!, await sign()]) expect(await workloadToken(token)).toBeTypeOf('string');
  });

  test.each<[string, () => string | Promise<string>, RegExp]>([
    ['that has expired', () => sign({ exp: Math.floor(Date.now() / 1000) - 60 }), /has expired/],
    ['that never expires', () => sign({ exp: undefined as never }), /exp/],
    ['without a subject', () => sign({ sub: undefined as never }), /sub/],
    ['of another key', async () => sign({}, {}, (await generateKeyPair('ES256')).privateKey), /signature/],
    [
      'whose claims were changed',
      async () => (await sign()).replace(/\.[^.]+\./, `.${part({ iss: issuer, sub: 'bob', exp: 9e9 })}.`),
      /signature/,
    ],
    ['without a signature', () => `${part({ alg: 'none' })}.${part({ iss: issuer, sub: 'ann', exp: 9e9 })}.AA`, /signature/],
    [
      'that takes the public key for a shared secret',
      () => {
        const text = `${part({ alg: 'HS256', kid: 'one' })}.${part({ iss: issuer, sub: 'ann', exp: 9e9 })}`;
        return `${text}.${createHmac('sha256', publicKey).update(text).digest('base64url')}`;
      },
      /signature/,
    ],
    ['whose issuer is in clear text on another machine', () => sign({ iss: 'http://as.example' }), /neither https nor on this machine/],
    ['whose issuer is nobody', () => sign({ iss: 'http://127.0.0.1:9' }), /cannot be read/],
    ["whose issuer's document names another issuer", () => sign({ iss: `${issuer}/other` }), /was issued by/],
  ])('is refused for one %s', async (_case, forge, message) => {
    const failure = await failureOf(workloadToken(await forge()));
    expect(failure).toMatchObject({ name: 'UnauthorizedException', $metadata: { httpStatusCode: 401 } });
    expect(failure.message).toMatch(message);
  });

  test('depends, by IAM, on the claims of the token', async () => {
    const claims = (name: string, value: string) =>
      oauth2.as(name, {
        Effect: 'Allow',
        Action: 'bedrock-agentcore:GetWorkloadAccessTokenForJWT',
        Resource: '*',
        Condition: { StringEquals: { 'bedrock-agentcore:InboundJwtClaim/sub': value, 'bedrock-agentcore:InboundJwtClaim/iss': issuer } },
      });
    expect(await workloadToken(await sign(), (await claims('for-ann', 'ann')).data)).toBeTypeOf('string');
    expect((await failureOf(workloadToken(await sign(), (await claims('for-bob', 'bob')).data))).message).toContain(
      'not authorized to perform: bedrock-agentcore:GetWorkloadAccessTokenForJWT on resource: arn:aws:bedrock-agentcore:us-west-2:123456789012:workload-identity-directory/default',
    );
  });

  test('names the user by issuer and subject: neither a user id nor the same subject of another issuer is that user', async () => {
    const token = await workloadToken(ann);
    const { authorizationUrl, sessionUri } = await oauth2.ask(token);
    await oauth2.consent(authorizationUrl, 'ann');
    await oauth2.complete(sessionUri, { userToken: ann });
    const { accessToken } = await oauth2.ask(token);
    expect(await oauth2.callApi(accessToken)).toMatchObject({ body: { owner: 'ann' } });
    const later = (await oauth2.signIn('ann'))['access_token']!;
    expect((await oauth2.ask(await workloadToken(later))).accessToken).toBe(accessToken);
    const others = [
      await workloadToken(await sign()),
      await oauth2.tokenFor('agent', 'ann'),
      await workloadToken((await oauth2.signIn('bob'))['access_token']!),
    ];
    for (const other of others) expect((await oauth2.ask(other)).accessToken).toBeUndefined();
  });

  test('a session is completed by the token that it began with, not by a new or a forged one, not by an id', async () => {
    const original = await sign();
    const token = await workloadToken(original);
    const forged = await sign({}, {}, (await generateKeyPair('ES256')).privateKey);
    const { authorizationUrl, sessionUri } = await oauth2.ask(token);
    await oauth2.consent(authorizationUrl, 'ann');
    expect(await failureOf(oauth2.complete(sessionUri, { userToken: forged }))).toMatchObject({ name: 'UnauthorizedException' });
    await oauth2.complete(sessionUri, { userToken: original });
    // The same user, and as AWS was reported to answer for it (aws/bedrock-agentcore-sdk-typescript#37).
    for (const identifier of [{ userToken: await sign({ jti: 'new' }) }, { userId: 'ann' }]) {
      const second = await oauth2.ask(token, { forceAuthentication: true });
      await oauth2.consent(second.authorizationUrl, 'ann');
      expect(await failureOf(oauth2.complete(second.sessionUri, identifier))).toMatchObject({
        name: 'AccessDeniedException',
        message: 'Invalid or expired session',
      });
    }
  });
});

describe('on-behalf-of exchange', () => {
  const exchange = async (userToken: string, resourceCredentialProviderName: string, more: object = {}) =>
    oauth2.ask(await workloadToken(userToken), { oauth2Flow: 'ON_BEHALF_OF_TOKEN_EXCHANGE', resourceCredentialProviderName, ...more });

  test.each(['exchange', 'exchange-with-actor', 'assertion'])(
    'by %s gives a token of the user for the API, without a question',
    async (name) => {
      expect(await oauth2.callApi(ann)).toMatchObject({ status: 401 });
      const { accessToken } = await exchange(ann, name);
      expect(await oauth2.callApi(accessToken)).toMatchObject({ status: 200, body: { owner: 'ann' } });
      const claims = JSON.parse(Buffer.from(accessToken!.split('.')[1]!, 'base64url').toString());
      expect(claims).toMatchObject({ sub: 'ann', act: { sub: emulator.vendor.clientId }, scope: 'notes:read' });
      expect((await exchange(ann, name)).accessToken).toBe(accessToken);
      // What another token of the same user may do can be less, or more.
      expect((await exchange((await oauth2.signIn('ann'))['access_token']!, name)).accessToken).not.toBe(accessToken);
      expect((await exchange((await oauth2.signIn('bob'))['access_token']!, name)).accessToken).not.toBe(accessToken);
    },
  );

  test('is refused by the vendor for a token that is not its own, and for a scope that it does not know', async () => {
    expect((await failureOf(exchange(await sign(), 'exchange'))).message).toContain('invalid_grant');
    expect((await failureOf(exchange(ann, 'exchange', { scopes: ['notes:delete'] }))).message).toContain('invalid_scope');
    expect((await failureOf(exchange(ann, 'exchange', { audiences: ['https://elsewhere.example'] }))).message).toContain('invalid_target');
  });

  test('needs a user JWT and a provider that is set up for it', async () => {
    expect((await failureOf(exchange(ann, 'notes'))).message).toContain('onBehalfOfTokenExchangeConfig');
    const byId = oauth2.ask(await oauth2.tokenFor('agent', 'ann'), {
      oauth2Flow: 'ON_BEHALF_OF_TOKEN_EXCHANGE',
      resourceCredentialProviderName: 'exchange',
    });
    expect((await failureOf(byId)).message).toContain('made for a user JWT');
  });
});
