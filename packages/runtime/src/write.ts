import type { ServerResponse } from 'node:http';

/** Until the response takes more, or is gone. */
export function drained(response: ServerResponse): Promise<void> {
  if (response.destroyed || !response.writableNeedDrain) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.once('drain', done);
    response.once('close', done);
  });
}

/** A source that never waits would keep the event loop, and with it /ping, for itself: it gets this many bytes between two turns. */
export const perTurn = 256 * 1024;

/** One turn of the event loop, so that others get theirs. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export interface SendJsonOptions {
  /** The request was a HEAD: all but the body. */
  head?: boolean;
  contentType?: string;
}

/** An answer in one piece. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: string,
  { head = false, contentType = 'application/json' }: SendJsonOptions = {},
): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
  response.end(head ? undefined : body);
}
