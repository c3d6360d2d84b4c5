import type { IncomingMessage } from 'node:http';
import { isUtf8 } from './builtins.ts';
import { RuntimeError } from './errors.ts';

type Done = (body: Buffer | undefined, refusal?: RuntimeError) => void;

/**
 * Reads all bytes of a request's body and calls `done` once: with them, or with a RuntimeError, `BODY_TOO_LARGE` as soon as that is known,
 * `BODY_ABORTED` where the client went away first.
 *
 * @param limit bytes
 */
export function readBody(request: IncomingMessage, limit: number, done: Done): void {
  let chunks: Buffer[] | undefined = [];
  let size = 0;
  if (Number(request.headers['content-length'] ?? 0) > limit) {
    done(undefined, tooLarge(limit));
    return;
  }
  request.on('data', (chunk: Buffer) => {
    if (chunks === undefined) return; // refused already: the rest is read and dropped, so that the client can read its answer
    size += chunk.length;
    chunks.push(chunk);
    if (size > limit) {
      chunks = undefined;
      done(undefined, tooLarge(limit));
    }
  });
  request.on('end', () => {
    if (chunks === undefined) return;
    const whole = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, size);
    chunks = undefined;
    done(whole);
  });
  request.on('error', (cause) => {
    if (chunks === undefined) return;
    chunks = undefined;
    done(undefined, new RuntimeError('BODY_ABORTED', 'The client went away before its request was complete.', { cause }));
  });
}

function tooLarge(limit: number): RuntimeError {
  return new RuntimeError('BODY_TOO_LARGE', `The body is larger than ${limit} bytes.`);
}

/**
 * The JSON value in a body.
 *
 * @throws RuntimeError `INVALID_ENCODING` where it is not UTF-8, `INVALID_JSON` where it is not JSON, with the parser's words as its message
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
