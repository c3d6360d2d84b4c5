import { randomBytes, randomInt } from 'node:crypto';
import { EmulatorError } from '../emulator-error.ts';
import type { Principal } from '../iam/types.ts';
import type { Store } from '../store/open-store.ts';

export interface AccessKey {
  accessKeyId: string;
  secretAccessKey: string;
}

interface StoredKey {
  accountId: string;
  userName: string;
  sealedSecret: string;
  /** It came with an export, and is somebody else's: a reset ends it. */
  imported?: true;
}

const SCOPE = { accountId: '-', region: 'global' };
const KIND = 'access-key';
const PURPOSE = 'access-key';
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The access key of an account's administrator, made on first use and kept: it stays the same across restarts. */
export function administratorKey(store: Store, accountId: string): AccessKey {
  return store.transaction(() => {
    const all = store.items.all<StoredKey>(KIND).filter(({ value }) => value.accountId === accountId && value.userName === 'admin');
    const known = all.find(({ value }) => !value.imported) ?? all[0];
    if (known) {
      const { imported, ...own } = known.value;
      // On a state that was imported before there was a key, it is the same emulator again.
      if (imported) store.items.put(KIND, SCOPE, known.id, own);
      return { accessKeyId: known.id, secretAccessKey: open(store, known.id, own) };
    }
    const key = { accessKeyId: newKeyId('AKIA'), secretAccessKey: randomBytes(30).toString('base64') };
    const stored: StoredKey = {
      accountId,
      userName: 'admin',
      sealedSecret: store.sealer.seal(key.secretAccessKey, `${PURPOSE}:${key.accessKeyId}`),
    };
    store.items.put(KIND, SCOPE, key.accessKeyId, stored);
    return key;
  });
}

/** Ends the keys that came with an export. */
export function removeImportedKeys(store: Store): void {
  for (const { id, value } of store.items.all<StoredKey>(KIND)) if (value.imported) store.items.delete(KIND, SCOPE, id);
}

/** @throws EmulatorError STATE_DAMAGED when the secret of a key cannot be opened */
export function checkAccessKeys(store: Store): void {
  for (const { id, value } of store.items.all<StoredKey>(KIND)) open(store, id, value);
}

/** Who holds a long-term access key, and its secret. */
export function findAccessKey(store: Store, accessKeyId: string): { principal: Principal; secretAccessKey: string } | undefined {
  const stored = store.items.get<StoredKey>(KIND, SCOPE, accessKeyId);
  if (!stored) return undefined;
  const { accountId, userName } = stored;
  const principal: Principal = {
    type: 'user',
    arn: `arn:aws:iam::${accountId}:user/${userName}`,
    accountId,
    userId: `AIDA${accessKeyId.slice(4)}`,
  };
  return { principal, secretAccessKey: open(store, accessKeyId, stored) };
}

/** `AKIA...` for long-term keys, `ASIA...` for temporary ones: 20 characters, as AWS makes them. */
export function newKeyId(prefix: 'AKIA' | 'ASIA' | 'AROA' | 'AIDA' | 'ANPA'): string {
  const length = prefix === 'AKIA' || prefix === 'ASIA' ? 16 : 17;
  return prefix + Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

function open(store: Store, accessKeyId: string, { sealedSecret }: StoredKey): string {
  const secret = store.sealer.open(sealedSecret, `${PURPOSE}:${accessKeyId}`);
  if (secret === undefined)
    throw new EmulatorError(
      'STATE_DAMAGED',
      'The seal key does not fit the state: seal.key was replaced. Restore it, or start with an empty --data directory.',
    );
  return secret;
}
