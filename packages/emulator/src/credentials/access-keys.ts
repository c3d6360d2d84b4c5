import { createHash, randomBytes, randomInt } from 'node:crypto';
import { EmulatorError } from '../emulator-error.ts';
import type { Principal } from '../iam/types.ts';
import type { Store } from '../store/open-store.ts';
import { partitionOf } from '../partition.ts';

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

/** An administrator's. */
interface OwnKey extends StoredKey {
  /** The unique id of the administrator. Earlier versions did not write it: it is hashed then, which costs more than the rest of a look-up. */
  userId?: string;
}

/** An access key that a caller made for a user. */
export interface UserKey extends StoredKey {
  /** The unique id of the user: a key does not pass on to another user of that name. */
  userId: string;
  createDate: string;
  status: 'Active' | 'Inactive';
}

/** Keys are found by their ids alone, whosever they are. */
const SCOPE = { accountId: '-', region: 'global' };
/** The emulator's own keys: they stay when the state is reset. */
const KIND = 'access-key';
const USER_KEY = 'iam-access-key';
const PURPOSE = 'access-key';
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** When the administrator was created is not recorded. */
const ADMINISTRATOR_CREATED = '2026-01-01T00:00:00.000Z';

/** The access key of an account's administrator, made on first use and kept: it stays the same across restarts. */
export function administratorKey(store: Store, accountId: string): AccessKey {
  return store.transaction(() => {
    const known = findAdministrator(store, accountId);
    if (known) {
      const { imported, ...own } = { ...known.value, userId: administratorId(accountId) };
      // On a state that was imported before there was a key, it is the same emulator again.
      if (imported || known.value.userId === undefined) store.items.put(KIND, SCOPE, known.id, own);
      return { accessKeyId: known.id, secretAccessKey: open(store, known.id, own) };
    }
    const key = newKey(accountId);
    const own: OwnKey = { accountId, userName: 'admin', userId: administratorId(accountId), sealedSecret: seal(store, key) };
    store.items.put(KIND, SCOPE, key.accessKeyId, own);
    return key;
  });
}

/** Ends the keys that came with an export. */
export function removeImportedKeys(store: Store): void {
  for (const { id, value } of store.items.all<StoredKey>(KIND)) if (value.imported) store.items.delete(KIND, SCOPE, id);
}

/** @throws EmulatorError STATE_DAMAGED when the secret of a key cannot be opened */
export function checkAccessKeys(store: Store): void {
  for (const { id, value } of [KIND, USER_KEY].flatMap((kind) => store.items.all<StoredKey>(kind))) open(store, id, value);
}

/** The unique id of an account's administrator; undefined where the account has none. */
export function administratorCreated(store: Store, accountId: string): { userId: string; createDate: string } | undefined {
  const known = findAdministrator(store, accountId);
  return known && { userId: userIdOf(known.value), createDate: ADMINISTRATOR_CREATED };
}

/** The account that a long-term access key belongs to. */
export function accountOfKey(store: Store, accessKeyId: string): string | undefined {
  return (store.items.get<StoredKey>(KIND, SCOPE, accessKeyId) ?? findUserKey(store, accessKeyId))?.accountId;
}

/** Whether this is the unique id of an account's administrator. */
export function isAdministratorId(store: Store, userId: string): boolean {
  return store.items.all<OwnKey>(KIND).some(({ value }) => userIdOf(value) === userId);
}

/** Who holds the emulator's own access key of an account, and its secret. */
export function findAccessKey(
  store: Store,
  accessKeyId: string,
  region: string,
): { principal: Principal; secretAccessKey: string } | undefined {
  const stored = store.items.get<OwnKey>(KIND, SCOPE, accessKeyId);
  if (!stored) return undefined;
  const { accountId, userName } = stored;
  const principal: Principal = {
    type: 'user',
    arn: `arn:${partitionOf(region)}:iam::${accountId}:user/${userName}`,
    accountId,
    userId: userIdOf(stored),
  };
  return { principal, secretAccessKey: open(store, accessKeyId, stored) };
}

export function findUserKey(store: Store, accessKeyId: string): UserKey | undefined {
  return store.items.get<UserKey>(USER_KEY, SCOPE, accessKeyId);
}

/** The keys of one user, in the order of their creation. */
export function keysOfUser(store: Store, userId: string): (UserKey & { accessKeyId: string })[] {
  return store.items
    .all<UserKey>(USER_KEY)
    .filter(({ value }) => value.userId === userId)
    .map(({ id, value }) => ({ ...value, accessKeyId: id }))
    .toSorted((one, other) => (one.createDate < other.createDate ? -1 : 1));
}

export function createUserKey(store: Store, holder: Pick<UserKey, 'accountId' | 'userName' | 'userId' | 'createDate'>): AccessKey {
  const key = newKey(holder.accountId);
  saveUserKey(store, key.accessKeyId, { ...holder, status: 'Active', sealedSecret: seal(store, key) });
  return key;
}

export function saveUserKey(store: Store, accessKeyId: string, key: UserKey): void {
  store.items.put(USER_KEY, SCOPE, accessKeyId, key);
}

export function deleteUserKey(store: Store, accessKeyId: string): void {
  store.items.delete(USER_KEY, SCOPE, accessKeyId);
}

export function openUserKey(store: Store, accessKeyId: string, key: UserKey): string {
  return open(store, accessKeyId, key);
}

/** `AKIA...` for a long-term key, `ASIA...` for a temporary one: 20 characters, as AWS makes them. */
export function newKeyId(prefix: 'AKIA' | 'ASIA', accountId: string): string {
  // As on AWS, the account stands in the id: a bit that is set, 40 of the account, and the rest at random.
  const bits = (1n << 79n) | (BigInt(accountId) << 39n) | (BigInt(`0x${randomBytes(8).toString('hex')}`) >> 25n);
  return prefix + Array.from({ length: 16 }, (_, index) => ALPHABET[Number((bits >> BigInt(75 - 5 * index)) & 31n)]).join('');
}

/** The account in the id of an access key, temporary or not. */
export function accountInKey(accessKeyId: string): string | undefined {
  const digits = Array.from(accessKeyId.slice(4), (character) => ALPHABET.indexOf(character));
  if (!/^A[KS]IA/.test(accessKeyId) || digits.length !== 16 || digits.includes(-1)) return undefined;
  const bits = digits.reduce((sum, digit) => (sum << 5n) | BigInt(digit), 0n);
  const accountId = String((bits >> 39n) & ((1n << 40n) - 1n)).padStart(12, '0');
  return accountId.length === 12 ? accountId : undefined;
}

/** The unique id of a role, a user, a group, an instance profile or a policy: 21 characters, as AWS makes them. */
export function newUniqueId(prefix: 'AROA' | 'AIDA' | 'AGPA' | 'AIPA' | 'ANPA'): string {
  return prefix + Array.from({ length: 17 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

function newKey(accountId: string): AccessKey {
  return { accessKeyId: newKeyId('AKIA', accountId), secretAccessKey: randomBytes(30).toString('base64') };
}

function findAdministrator(store: Store, accountId: string) {
  const all = store.items.all<OwnKey>(KIND).filter(({ value }) => value.accountId === accountId && value.userName === 'admin');
  return all.find(({ value }) => !value.imported) ?? all[0];
}

const userIdOf = ({ userId, accountId }: OwnKey): string => userId ?? administratorId(accountId);

/** Always the same: an import can bring a second key of the same account. */
function administratorId(accountId: string): string {
  const digest = createHash('sha256').update(`administrator of ${accountId}`).digest();
  return `AIDA${Array.from(digest.subarray(0, 17), (byte) => ALPHABET[byte % ALPHABET.length]).join('')}`;
}

function seal(store: Store, { accessKeyId, secretAccessKey }: AccessKey): string {
  return store.sealer.seal(secretAccessKey, `${PURPOSE}:${accessKeyId}`);
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
