import { randomBytes } from 'node:crypto';
import type { JWK } from 'jose';
import type { Store } from '../store/open-store.ts';

export interface VendorKeys {
  /** Signs access and ID tokens. RS256: what every library checks without being told. */
  signing: JWK;
  cookies: string;
}

const SCOPE = { accountId: '-', region: 'global' };
const PURPOSE = 'vendor-keys';

/** Made on first use and kept: tokens and browser sessions stay good across restarts. */
export async function vendorKeys(store: Store): Promise<VendorKeys> {
  const kept = store.items.get<{ sealed: string }>(PURPOSE, SCOPE, 'default');
  const opened = kept && store.sealer.open(kept.sealed, PURPOSE);
  if (opened) return JSON.parse(opened) as VendorKeys;
  const { exportJWK, generateKeyPair } = await import('jose');
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const signing = { ...(await exportJWK(privateKey)), kid: randomBytes(8).toString('hex'), use: 'sig', alg: 'RS256' };
  const keys: VendorKeys = { signing, cookies: randomBytes(32).toString('base64url') };
  store.items.put(PURPOSE, SCOPE, 'default', { sealed: store.sealer.seal(JSON.stringify(keys), PURPOSE) });
  return keys;
}
