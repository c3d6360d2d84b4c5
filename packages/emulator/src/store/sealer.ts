import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';

/** Authenticated encryption for what must not lie about in clear: secret values, access keys, and tokens that only the emulator may read. */
export interface Sealer {
  /** AES-256-GCM. `purpose` is bound to the text: a token sealed for one use does not open for another. */
  seal(plaintext: string, purpose: string): string;
  /** The text again, or `undefined` when it was not sealed here, for this purpose, or was changed. */
  open(sealed: string, purpose: string): string | undefined;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export function createSealer(keyFile: string): Sealer {
  // A key object is set up once; bytes would be checked and copied at every call.
  const key = createSecretKey(readOrMakeKey(keyFile));
  return {
    seal(plaintext, purpose) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose));
      const body = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
    },
    open(sealed, purpose) {
      const bytes = Buffer.from(sealed, 'base64url');
      // Decoding skips what is no Base64: only the very text that `seal` gave is taken, not one with something added.
      if (bytes.length < NONCE_BYTES + TAG_BYTES || bytes.toString('base64url') !== sealed) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES)).setAAD(Buffer.from(purpose));
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
      } catch {
        return undefined;
      }
    },
  };
}

/** The key is written to a file of its own and linked into place: a crash midway never leaves half a key. */
function readOrMakeKey(keyFile: string): Buffer {
  const existing = readKey(keyFile);
  if (existing) return existing;
  const temporary = `${keyFile}.${process.pid}.tmp`;
  const handle = openSync(temporary, 'w', 0o600);
  writeSync(handle, randomBytes(32));
  fsyncSync(handle);
  closeSync(handle);
  try {
    linkSync(temporary, keyFile);
  } finally {
    rmSync(temporary);
  }
  return readKey(keyFile)!;
}

function readKey(keyFile: string): Buffer | undefined {
  let key: Buffer;
  try {
    key = readFileSync(keyFile);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  if (key.length !== 32)
    throw new Error(
      `${keyFile} is damaged: it should hold 32 bytes and holds ${key.length}. Restore it, or start with an empty --data directory.`,
    );
  return key;
}
