import { createCipheriv, createDecipheriv, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { EmulatorError } from '../emulator-error.ts';

/** Authenticated encryption for what must not lie about in clear: secret values, access keys, and tokens that only the emulator may read. */
export interface Sealer {
  /** AES-256-GCM. `purpose` is bound to the text: a token sealed for one use does not open for another. */
  seal(plaintext: string, purpose: string): string;
  /** The text again, or `undefined` when it was not sealed here, for this purpose, or was changed. */
  open(sealed: string, purpose: string): string | undefined;
  /** The keys as bytes, the one that seals first. For an export that is to hold secrets. */
  keys(): Buffer;
  /** From now on opens also what was sealed with one of `keys`. */
  addKeys(keys: Buffer): void;
}

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * The key file holds one key, or, after an import, several: the first seals, each of them opens. That an import only adds a key means that there is
 * no moment at which the key does not fit the state.
 */
export function createSealer(keyFile: string): Sealer {
  // Key objects are set up once; bytes would be checked and copied at every call.
  let keys = split(readOrMakeKeys(keyFile));
  return {
    seal(plaintext, purpose) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', keys[0]!, nonce).setAAD(Buffer.from(purpose));
      const body = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
    },
    open(sealed, purpose) {
      const bytes = Buffer.from(sealed, 'base64url');
      // Decoding skips what is no Base64: only the very text that `seal` gave is taken, not one with something added.
      if (bytes.length < NONCE_BYTES + TAG_BYTES || bytes.toString('base64url') !== sealed) return undefined;
      for (const key of keys) {
        const text = openWith(key, bytes, purpose);
        if (text !== undefined) return text;
      }
      return undefined;
    },
    keys: () => readOrMakeKeys(keyFile),
    addKeys(added) {
      const present = readOrMakeKeys(keyFile);
      const fresh = split(added).filter((key) => !keys.some((known) => known.equals(key)));
      writeKeys(keyFile, Buffer.concat([present, ...fresh.map((key) => key.export())]), renameSync);
      keys = [...keys, ...fresh];
    },
  };
}

function openWith(key: KeyObject, bytes: Buffer, purpose: string): string | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES)).setAAD(Buffer.from(purpose));
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

function split(bytes: Buffer): KeyObject[] {
  return Array.from({ length: bytes.length / KEY_BYTES }, (_, index) =>
    createSecretKey(bytes.subarray(index * KEY_BYTES, (index + 1) * KEY_BYTES)),
  );
}

function readOrMakeKeys(keyFile: string): Buffer {
  const existing = readKeys(keyFile);
  if (existing) return existing;
  // Linked, not renamed: whoever comes second takes the key that is there.
  writeKeys(keyFile, randomBytes(KEY_BYTES), linkSync);
  return readKeys(keyFile)!;
}

/** Keys are written to a file of their own and put in place from there: a crash midway never leaves half a key. */
function writeKeys(keyFile: string, bytes: Buffer, place: (temporary: string, keyFile: string) => void): void {
  const temporary = `${keyFile}.${process.pid}.tmp`;
  try {
    const handle = openSync(temporary, 'w', 0o600);
    try {
      writeSync(handle, bytes);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    place(temporary, keyFile);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function readKeys(keyFile: string): Buffer | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(keyFile);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  if (bytes.length === 0 || bytes.length % KEY_BYTES !== 0)
    throw new EmulatorError(
      'STATE_DAMAGED',
      `${keyFile} is damaged: it should hold ${KEY_BYTES} bytes and holds ${bytes.length}. Restore it, or start with an empty --data directory.`,
    );
  return bytes;
}
