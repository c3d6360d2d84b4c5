import { randomBytes } from 'node:crypto';

/** Letters and digits, as OpenAI's ids have after their prefix. */
export function randomId(length: number): string {
  return randomBytes(length).toString('hex').slice(0, length);
}
