import type { JWK, JWTPayload } from 'jose';
import type { Provider } from 'oidc-provider';

/** The claims of an access token that this server issued and that is still good, or `undefined`. */
export type VerifyToken = (token: string, audience?: string) => Promise<JWTPayload | undefined>;

export async function createTokenVerifier(provider: Provider, signing: JWK, now: () => Date): Promise<VerifyToken> {
  const { importJWK, jwtVerify } = await import('jose');
  const { kty, n, e } = signing as { kty: string; n: string; e: string };
  const key = await importJWK({ kty, n, e, alg: 'RS256' }, 'RS256');
  return async (token, audience) => {
    const verified = await jwtVerify(token, key, {
      issuer: provider.issuer,
      typ: 'at+jwt',
      algorithms: ['RS256'],
      currentDate: now(),
      requiredClaims: ['sub', 'exp', 'client_id'],
      ...(audience === undefined ? {} : { audience }),
    }).catch(() => undefined);
    if (!verified) return undefined;
    const grantId = verified.payload['grant_id'];
    // A JWT cannot be called back; the permission behind it can.
    if (typeof grantId === 'string' && !(await provider.Grant.find(grantId))) return undefined;
    return verified.payload;
  };
}
