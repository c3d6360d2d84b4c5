import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { RuntimeError } from './errors.ts';

/**
 * All bytes of a request's body.
 *
 * @param limit bytes
 * @throws RuntimeError `BODY_TOO_LARGE` as soon as it is known, `BODY_ABORTED` where the client went away first
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const tooLarge = (): void => reject(new RuntimeError('BODY_TOO_LARGE', `The body is larger than ${limit} bytes.`));
    if (Number(request.headers['content-length'] ?? 0) > limit) {
      tooLarge();
      return;
    }
    let first: Buffer | undefined;
    let more: Buffer[] | undefined;
    let size = 0;
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > limit) {
        more = undefined;
        first = undefined;
        request.off('data', onData);
        request.off('end', onEnd);
        tooLarge();
      } else if (first === undefined) first = chunk;
      else (more ??= [first]).push(chunk);
    };
    const onEnd = (): void => resolve(more === undefined ? (first ?? Buffer.alloc(0)) : Buffer.concat(more, size));
    const onGone = (cause?: Error): void =>
      reject(new RuntimeError('BODY_ABORTED', 'The client went away before its request was complete.', { cause }));
    request.on('data', onData);
    request.on('end', onEnd);
    request.on('error', onGone);
  });
}

/**
 * The JSON value in a body.
 *
 * @throws RuntimeError `INVALID_ENCODING` where it is not UTF-8, `INVALID_JSON` where it is not JSON, with the parser's words as its cause
 */
export function parseJson(body: Buffer): unknown {
  if (!isUtf8(body)) throw new RuntimeError('INVALID_ENCODING', 'The body is not valid UTF-8.');
  const text = body.toString('utf8');
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text) as unknown; // a byte order mark is legal, and JSON.parse refuses it
  } catch (cause) {
    throw new RuntimeError('INVALID_JSON', cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
