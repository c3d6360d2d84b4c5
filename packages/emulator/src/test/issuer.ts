import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';
import { listen } from '../listen.ts';

/** An identity provider of a test's own: it issues what a good one never would, and rotates its key when asked to. */
export interface TestIssuer {
  url: string;
  discoveryUrl: string;
  /** A token for `ann` that is valid for a minute, unless the claims differ. */
  sign(claims?: JWTPayload, signer?: CryptoKey): Promise<string>;
  /** Publishes a new key instead of the present one. */
  rotate(): Promise<void>;
  /** How often its keys were fetched. */
  keyRequests(): number;
  stop(): Promise<void>;
}

export async function startIssuer(): Promise<TestIssuer> {
  let key: { private: CryptoKey; jwk: JWK };
  let made = 0;
  let requests = 0;
  const rotate = async () => {
    const pair = await generateKeyPair('ES256', { extractable: true });
    key = { private: pair.privateKey, jwk: { ...(await exportJWK(pair.publicKey)), kid: `key-${(made += 1)}`, alg: 'ES256' } };
  };
  await rotate();
  const server = await listen(0, (request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.url === '/.well-known/openid-configuration')
      return void response.end(JSON.stringify({ issuer: url, jwks_uri: `${url}/jwks` }));
    requests += 1;
    response.end(JSON.stringify({ keys: [key.jwk] }));
  });
  const url = `http://127.0.0.1:${server.port}`;
  return {
    url,
    discoveryUrl: `${url}/.well-known/openid-configuration`,
    sign: (claims = {}, signer = key.private) =>
      new SignJWT({ iss: url, sub: 'ann', exp: Math.floor(Date.now() / 1000) + 60, ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: key.jwk.kid! })
        .sign(signer),
    rotate,
    keyRequests: () => requests,
    stop: server.close,
  };
}
