import { request as httpRequest, type Agent, type IncomingMessage } from 'node:http';
import { Readable, pipeline } from 'node:stream';

import type { AgentAddress } from './agent-process.ts';
import { endToEndHeaders } from './end-to-end-headers.ts';
import type { SessionRequest, SessionResponse } from './types.ts';

export interface ForwardOptions {
  address: AgentAddress;
  /** What the agent is told that it was called as. */
  host: string;
  agent: Agent;
  request: SessionRequest;
  /** Says why the agent's connection broke. */
  explain(cause: unknown): Promise<Error>;
  /** Called once, when the exchange is over in whatever way. */
  onDone(): void;
}

/** Passes one request on and its answer back, chunk by chunk and no faster than it is read. */
export function forwardRequest({ address, host, agent, request, explain, onDone }: ForwardOptions): Promise<SessionResponse> {
  const { method, path, body, signal } = request;
  const headers: Record<string, string | string[] | number> = { ...endToEndHeaders(request.headers), host };
  if (Buffer.isBuffer(body)) headers['content-length'] = body.length;
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({ ...address, method, path, headers, agent, ...(signal ? { signal } : {}) });
    let answered = false;
    outgoing.on('response', (incoming) => {
      answered = true;
      resolve({
        status: incoming.statusCode ?? 502,
        headers: endToEndHeaders(incoming.headers),
        body: guarded(incoming, explain, onDone),
      });
    });
    outgoing.on('error', (cause) => {
      // From here on it is the response's own failure, which `guarded` reports.
      if (answered) return;
      onDone();
      if (signal?.aborted) reject(cause);
      else void explain(cause).then(reject);
    });
    if (Buffer.isBuffer(body)) {
      outgoing.end(body);
    } else {
      // The agent may answer before the body has begun.
      outgoing.flushHeaders();
      // An error of the body ends the request with that error.
      pipeline(body, outgoing, () => undefined);
    }
  });
}

/** The response's body, whose failure says what became of the agent instead of ECONNRESET. */
function guarded(incoming: IncomingMessage, explain: (cause: unknown) => Promise<Error>, onDone: () => void): Readable {
  const body = new Readable({
    read() {
      incoming.resume();
    },
    destroy(error, callback) {
      incoming.destroy();
      callback(error);
    },
  });
  incoming.on('data', (chunk: Buffer) => {
    if (!body.push(chunk)) incoming.pause();
  });
  incoming.on('end', () => body.push(null));
  incoming.on('error', (cause) => {
    if (!body.destroyed) void explain(cause).then((error) => body.destroy(error));
  });
  incoming.on('close', onDone);
  return body;
}
