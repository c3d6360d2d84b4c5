import { createHash } from 'node:crypto';
import { DeployError } from '../errors.ts';

/** `sha256:` and 64 hexadecimal digits: the only digest algorithm that ECR and AgentCore take. */
export const digestPattern: RegExp = /^sha256:[a-f0-9]{64}$/;

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Throws `DIGEST_MISMATCH` unless the bytes are the ones that the digest names. */
export function verifyDigest(bytes: Uint8Array, expected: string, what: string): void {
  const actual = digestOf(bytes);
  if (actual !== expected) throw digestMismatch(what, expected, actual);
}

export function digestMismatch(what: string, expected: string, actual: string): DeployError {
  return new DeployError(
    'DIGEST_MISMATCH',
    `${what} is not what its digest names: expected ${expected}, received ${actual}. The registry or a proxy on the way changed it; nothing was deployed.`,
  );
}
