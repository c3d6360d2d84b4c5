import type { ServerResponse } from 'node:http';
import type { LineLogger } from '../logger.ts';
import { isResponse, sendResponse } from '../send-response.ts';
import { messageOf } from './event-frame.ts';

export const json = 'application/json; charset=utf-8';

/**
 * Answers with a value that is no stream, as the official package does: text as text, bytes as bytes, nothing as nothing.
 *
 * @param accept the request's Accept header where it names event streams, for then, and only then, that header chooses the form
 */
export async function sendResult(response: ServerResponse, result: unknown, accept: string | undefined, log: LineLogger): Promise<void> {
  if (accept !== undefined && !accept.includes('application/json') && !accept.includes('*/*')) {
    if (accept.includes('text/plain')) {
      send(response, 200, 'text/plain', typeof result === 'string' ? result : (JSON.stringify(result) as string | undefined));
      return;
    }
    if (accept.includes('application/octet-stream')) {
      send(response, 200, 'application/octet-stream', result instanceof Uint8Array ? result : Buffer.from(JSON.stringify(result)));
      return;
    }
  }
  if (isResponse(result)) await sendResponse(response, result, log);
  else if (result === undefined) send(response, 200, accept === undefined ? undefined : 'application/json', undefined);
  else if (typeof result === 'string') send(response, 200, accept === undefined ? 'text/plain; charset=utf-8' : json, result);
  else if (result instanceof Uint8Array) send(response, 200, accept === undefined ? 'application/octet-stream' : json, result);
  else sendSerialized(response, result);
}

/** The status, type and body of an answer in one piece. */
export function send(response: ServerResponse, status: number, type: string | undefined, body: string | Uint8Array | undefined): void {
  if (response.headersSent || response.destroyed) return;
  const length = body === undefined ? 0 : typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  response.writeHead(status, type === undefined ? { 'content-length': length } : { 'content-type': type, 'content-length': length });
  response.end(body);
}

function sendSerialized(response: ServerResponse, result: unknown): void {
  let body: string | undefined;
  try {
    body = JSON.stringify(result) as string | undefined;
  } catch (error) {
    const failure = { statusCode: 500, error: 'Internal Server Error', message: messageOf(error) };
    send(response, 500, json, JSON.stringify(failure));
    return;
  }
  send(response, 200, json, body);
}
