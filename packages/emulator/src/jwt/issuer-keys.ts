import type { JWTVerifyGetKey } from 'jose';
import { fetchBytes } from '../fetch-json.ts';

/** Who sends tokens with made-up key ids must not make this machine fetch an issuer's keys for each of them. */
const MAX_REFETCHES = 5;
const REFETCH_WINDOW_MS = 30_000;

/**
 * The keys of an issuer, fetched when they are needed. A key that they do not hold has probably been rotated in since: they are fetched again at once,
 * at most five times in 30 seconds. A key that was withdrawn is gone with the same fetch.
 */
export async function issuerKeys(jwksUri: string, now: () => Date): Promise<JWTVerifyGetKey> {
  const { createRemoteJWKSet, customFetch } = await import('jose');
  // Its own refetch waits for 30 seconds after the last fetch, however seldom there was one.
  const keys = createRemoteJWKSet(new URL(jwksUri), {
    timeoutDuration: 10_000,
    cooldownDuration: Infinity,
    [customFetch]: fetchKeys,
  });
  let refetches: number[] = [];
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      const at = now().getTime();
      refetches = refetches.filter((time) => at - time < REFETCH_WINDOW_MS);
      if ((error as { code?: string }).code !== 'ERR_JWKS_NO_MATCHING_KEY' || refetches.length >= MAX_REFETCHES) throw error;
      refetches.push(at);
      await keys.reload();
      return keys(header, token);
    }
  };
}

/** Keys are read within the limits of everything else from elsewhere. */
async function fetchKeys(url: string, { headers, signal }: { headers: Headers; signal: AbortSignal }): Promise<Response> {
  const { status, bytes } = await fetchBytes(url, { headers, signal });
  return new Response(bytes, { status });
}
