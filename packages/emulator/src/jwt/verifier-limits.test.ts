import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listen } from '../listen.ts';
import { createJwtVerifier } from './create-jwt-verifier.ts';

/** An issuer whose keys are either good, or have no end. */
let issuer: string;
let key: CryptoKey;
let close: () => Promise<void>;
let hungUp: Promise<unknown>;
const verifier = createJwtVerifier({ now: () => new Date() });

beforeAll(async () => {
  const pair = await generateKeyPair('ES256', { extractable: true });
  key = pair.privateKey;
  const jwk = { ...(await exportJWK(pair.publicKey)), alg: 'ES256' };
  const end = Promise.withResolvers<void>();
  hungUp = end.promise;
  const server = await listen(0, ({ url = '' }, response) => {
    if (url.endsWith('/openid-configuration')) {
      const base = `${issuer}${url.startsWith('/endless') ? '/endless' : ''}`;
      return void response.end(JSON.stringify({ issuer: base, jwks_uri: `${base}/jwks` }));
    }
    if (url === '/jwks') return void response.end(JSON.stringify({ keys: [jwk] }));
    response.on('close', end.resolve);
    response.write('{"keys":[');
    const more = (): void => {
      while (response.write(' '.repeat(1 << 16)));
    };
    response.on('drain', more);
    more();
  });
  issuer = `http://127.0.0.1:${server.port}`;
  close = server.close;
});
afterAll(() => close());

const sign = (claims: JWTPayload & Record<string, unknown>) =>
  new SignJWT({ iss: issuer, sub: 'ann', exp: Math.floor(Date.now() / 1000) + 60, ...claims } as JWTPayload)
    .setProtectedHeader({ alg: 'ES256' })
    .sign(key);

test('keys without an end are broken off', async () => {
  await expect(verifier.verify(await sign({ iss: `${issuer}/endless` }))).rejects.toMatchObject({ code: 'UNTRUSTED_ISSUER' });
  await hungUp;
});

/** RFC 7519, 4.1.2: `sub` is a StringOrURI. */
test.each([[''], [{ toString: 'ann' }], [['ann']], [5], [null]])('a token whose subject is %j names nobody', async (sub) => {
  expect(await verifier.verify(await sign({}))).toMatchObject({ subject: 'ann' });
  await expect(verifier.verify(await sign({ sub: sub as string }))).rejects.toMatchObject({ code: 'MALFORMED' });
});
