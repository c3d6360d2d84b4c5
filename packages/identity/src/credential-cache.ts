import { createHash } from 'node:crypto';
import { IdentityError } from './errors.ts';

export interface CacheOptions {
  /** Milliseconds that a credential is kept. A key that is rotated, and a token that is revoked, may be used for that long after. */
  ttlMs: number;
  /** The oldest leaves when there are more. Default: 1,000. */
  maxEntries?: number;
}

/** Credentials in the memory of this process, each for the token, the provider and the parameters that it was got with. */
export interface CredentialCache {
  get(key: string): string | undefined;
  /** Keeps it, unless something was forgotten since `epoch`: it was fetched before that, and may be what was to be forgotten. */
  set(key: string, providerName: string, credential: string, epoch: number): void;
  /** Moves on with every `forget`. */
  readonly epoch: number;
  /** All of one provider, or all there is. */
  forget(providerName?: string): void;
}

/** Without options nothing is ever kept. */
export function createCredentialCache(options: CacheOptions | undefined, now: () => number = () => performance.now()): CredentialCache {
  const { ttlMs = 0, maxEntries = 1_000 } = options ?? {};
  if (options !== undefined && !(ttlMs > 0 && maxEntries >= 1)) {
    throw new IdentityError(
      'INVALID_ARGUMENT',
      `cache needs a ttlMs above 0 and maxEntries of 1 or more, not ${ttlMs} and ${maxEntries}. To switch it off, leave it out.`,
    );
  }
  const entries = new Map<string, { providerName: string; credential: string; until: number }>();
  let epoch = 0;
  return {
    get(key) {
      const id = digest(key);
      const entry = entries.get(id);
      if (entry === undefined) return undefined;
      if (now() < entry.until) return entry.credential;
      entries.delete(id);
      return undefined;
    },
    set(key, providerName, credential, since) {
      if (options === undefined || since !== epoch) return;
      for (const [id, { until }] of entries) if (until <= now()) entries.delete(id);
      const id = digest(key);
      entries.delete(id);
      entries.set(id, { providerName, credential, until: now() + ttlMs });
      for (const oldest of entries.keys()) {
        if (entries.size <= maxEntries) break;
        entries.delete(oldest);
      }
    },
    get epoch() {
      return epoch;
    },
    forget(providerName) {
      epoch += 1;
      for (const [id, entry] of entries) if (providerName === undefined || entry.providerName === providerName) entries.delete(id);
    },
  };
}

// The key holds the workload access token: its digest tells two apart as well, and is nothing to steal.
function digest(key: string): string {
  return createHash('sha256').update(key).digest('base64');
}
