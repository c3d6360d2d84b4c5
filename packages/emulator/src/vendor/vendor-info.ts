import { randomBytes } from 'node:crypto';
import type { Store } from '../store/open-store.ts';

/** How to use the vendor on loopback: an authorization server, and an API that it protects. */
export interface VendorInfo {
  /** OpenID Connect discovery document. */
  discoveryUrl: string;
  /** A client that is registered already. */
  clientId: string;
  clientSecret: string;
  /** Base URL of the example API, and the audience of its tokens. */
  apiUrl: string;
  /** Audience of tokens with which a user calls an agent. */
  agentAudience: string;
}

/** Where the vendor is on the emulator's port. */
export const VENDOR_PATH = '/_vendor';

const SCOPE = { accountId: '-', region: 'global' };
const PURPOSE = 'vendor-client';

export function vendorInfo(store: Store, endpoint: string): VendorInfo {
  const issuer = `${endpoint}${VENDOR_PATH}`;
  return {
    discoveryUrl: `${issuer}/.well-known/openid-configuration`,
    clientId: 'local-client',
    clientSecret: clientSecret(store),
    apiUrl: `${issuer}/api`,
    agentAudience: `${issuer}/agents`,
  };
}

/** Made on first use and kept, so that a provider that holds it stays right across restarts. */
function clientSecret(store: Store): string {
  const kept = store.items.get<{ sealed: string }>(PURPOSE, SCOPE, 'default');
  const opened = kept && store.sealer.open(kept.sealed, PURPOSE);
  if (opened) return opened;
  const secret = randomBytes(24).toString('base64url');
  store.items.put(PURPOSE, SCOPE, 'default', { sealed: store.sealer.seal(secret, PURPOSE) });
  return secret;
}
