import { randomBytes } from 'node:crypto';
import type { Store } from './store/open-store.ts';

const SCOPE = { accountId: '-', region: 'global' };
const PURPOSE = 'model-key';

/** The key of the vendor's stand-in: made on first use and kept, so that a provider that holds it stays right across restarts. */
export function modelKey(store: Store): string {
  const kept = store.items.get<{ sealed: string }>(PURPOSE, SCOPE, 'default');
  const opened = kept && store.sealer.open(kept.sealed, PURPOSE);
  if (opened) return opened;
  const key = `sk-local-${randomBytes(24).toString('base64url')}`;
  store.items.put(PURPOSE, SCOPE, 'default', { sealed: store.sealer.seal(key, PURPOSE) });
  return key;
}
