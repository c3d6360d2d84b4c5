import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { ModelSurface } from './find-route.ts';

/** The key that a request carries. OpenAI reads a bearer token only; Azure takes its own header as well. */
export function readKey({ headers }: IncomingMessage, surface: ModelSurface): string | undefined {
  const azureKey = headers['api-key'];
  if (surface !== 'openai' && typeof azureKey === 'string' && azureKey !== '') return azureKey;
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
}

/** Tells two keys apart in a record without giving either away. */
export function fingerprint(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 8);
}

/** `sk-ab***wxyz`; a key too short to show a part of is all stars. */
export function maskKey(key: string): string {
  return key.length < 16 ? '***' : `${key.slice(0, 5)}***${key.slice(-4)}`;
}
