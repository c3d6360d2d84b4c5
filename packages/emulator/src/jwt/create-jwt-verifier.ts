import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { fetchJson } from '../fetch-json.ts';
import { isTrustedUrl } from '../loopback-url.ts';
import { issuerKeys } from './issuer-keys.ts';
import { JwtError } from './jwt-error.ts';

export interface VerifiedJwt {
  issuer: string;
  subject: string;
  claims: JWTPayload;
}

export interface JwtVerifier {
  /** What a token says of itself. Nothing of it may be believed. Throws JwtError. */
  read(token: string): Promise<JWTPayload>;
  /**
   * Verifies signature, issuer and expiry against the issuer's own discovery document: the one at `discoveryUrl`, or else the one that OpenID
   * Connect Discovery places below the token's `iss`. Throws JwtError.
   */
  verify(token: string, discoveryUrl?: string): Promise<VerifiedJwt>;
}

interface KnownIssuer {
  issuer: string;
  keys: JWTVerifyGetKey;
  until: number;
}

/** Asymmetric ones only: a public key must never be taken for a shared secret, nor no signature for a good one. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];
const CACHE_MS = 5 * 60_000;
const MAX_ISSUERS = 200;
const CLOCK_TOLERANCE_SECONDS = 5;

export function createJwtVerifier({ now }: { now: () => Date }): JwtVerifier {
  const issuers = new Map<string, KnownIssuer>();

  const verifier: JwtVerifier = {
    async read(token) {
      const { decodeJwt } = await import('jose');
      try {
        return decodeJwt(token);
      } catch (cause) {
        throw new JwtError('UNREADABLE', 'The token is not a signed JWT.', { cause });
      }
    },
    async verify(token, discoveryUrl) {
      const { jwtVerify } = await import('jose');
      const { iss } = await verifier.read(token);
      if (typeof iss !== 'string') throw new JwtError('MALFORMED', 'The token has no issuer (iss).');
      const { issuer, keys } = await findIssuer(discoveryUrl ?? `${iss.replace(/\/$/, '')}/.well-known/openid-configuration`);
      if (issuer !== iss)
        throw new JwtError('WRONG_ISSUER', `The token was issued by '${iss.slice(0, 256)}', but '${issuer}' was expected.`);
      try {
        const { payload } = await jwtVerify(token, keys, {
          issuer,
          algorithms: ALGORITHMS,
          currentDate: now(),
          clockTolerance: CLOCK_TOLERANCE_SECONDS,
          requiredClaims: ['iss', 'sub', 'exp'],
        });
        requireSubject(payload);
        return { issuer, subject: payload.sub!, claims: payload };
      } catch (cause) {
        throw jwtError(cause);
      }
    },
  };
  return verifier;

  async function findIssuer(url: string): Promise<KnownIssuer> {
    const kept = issuers.get(url);
    if (kept && kept.until > now().getTime()) return kept;
    if (!isTrustedUrl(url))
      throw new JwtError(
        'UNTRUSTED_ISSUER',
        `The issuer's discovery document '${url.slice(0, 256)}' is neither https nor on this machine.`,
      );
    const { status, body } = await fetchJson(url).catch((cause: unknown) => {
      throw new JwtError('UNTRUSTED_ISSUER', `The issuer's discovery document '${url.slice(0, 256)}' cannot be read.`, { cause });
    });
    const issuer = body?.['issuer'];
    const jwksUri = body?.['jwks_uri'];
    if (status !== 200 || typeof issuer !== 'string' || typeof jwksUri !== 'string' || !isTrustedUrl(jwksUri))
      throw new JwtError('UNTRUSTED_ISSUER', `'${url.slice(0, 256)}' is not a discovery document with issuer and jwks_uri.`);
    const known = {
      issuer,
      keys: await issuerKeys(jwksUri, now),
      until: now().getTime() + CACHE_MS,
    };
    if (issuers.size >= MAX_ISSUERS) issuers.clear();
    issuers.set(url, known);
    return known;
  }
}

/** RFC 7519 has it as a text, and who a user is must not depend on how something else is written as one. */
function requireSubject({ sub }: { sub?: unknown }): void {
  if (typeof sub !== 'string' || sub === '')
    throw new JwtError('MALFORMED', 'The token cannot be used: its subject (sub) is not a text, or is empty.');
}

function jwtError(cause: unknown): JwtError {
  if (cause instanceof JwtError) return cause;
  const code = (cause as { code?: string }).code;
  if (code === 'ERR_JWT_EXPIRED') return new JwtError('EXPIRED', 'The token has expired.', { cause });
  if (code === 'ERR_JWT_CLAIM_VALIDATION_FAILED')
    return new JwtError('MALFORMED', `The token cannot be used: ${(cause as Error).message}.`, { cause });
  if (code === 'ERR_JWKS_TIMEOUT' || code === 'ERR_JOSE_GENERIC' || code === undefined)
    return new JwtError('UNTRUSTED_ISSUER', 'The keys of the issuer cannot be read.', { cause });
  return new JwtError('BAD_SIGNATURE', 'The signature of the token is not valid.', { cause });
}
