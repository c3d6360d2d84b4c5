import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface StreamRequest {
  method: string;
  headers: Record<string, string>;
  body: AsyncIterable<Uint8Array>;
  signal?: AbortSignal;
}

/**
 * Sends a body as it is read. Not with `fetch`: Node's reads a streamed body faster than the network takes it, and holds
 * the rest, so that a layer of 600 MB took 780 MB of memory; here it takes what the socket buffers.
 */
export async function sendStream(url: URL, { method, headers, body, signal }: StreamRequest): Promise<Response> {
  const { request } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  const outgoing = request(url, { method, headers, ...(signal ? { signal } : {}) });
  const answer = new Promise<Response>((resolve, reject) => {
    outgoing.once('error', reject);
    outgoing.once('response', (incoming) => void toResponse(incoming).then(resolve, reject));
  });
  const sent = pipeline(Readable.from(body), outgoing).then(() => answer);
  try {
    // A registry may answer before it has read everything (401, 413): then the rest need not be sent.
    return await Promise.race([answer, sent]);
  } finally {
    sent.catch(() => undefined);
    if (!outgoing.writableFinished) outgoing.destroy();
  }
}

async function toResponse(incoming: IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const { statusCode: status = 0 } = incoming;
  const headers = Object.entries(incoming.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  return new Response(status === 204 || status === 304 ? null : Buffer.concat(chunks), { status, headers });
}
