import { Agent, request as httpRequest } from 'node:http';
import type { Answer } from './judge.ts';
import type { RawRequest } from './sign-raw.ts';

/** Sends requests as they are over connections that are kept. An answer that takes longer than `timeoutMs` is a hang, and an error. */
export function createSender(endpoint: string, timeoutMs = 20_000): { send(request: RawRequest): Promise<Answer>; close(): void } {
  const { hostname, port } = new URL(endpoint);
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  return {
    close: () => agent.destroy(),
    send: ({ method, target, headers, body }) =>
      new Promise((resolve, reject) => {
        const outgoing = httpRequest(
          { agent, hostname, port, method, path: target, headers: { ...headers, 'content-length': body.length } },
          (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
            response.on('end', () =>
              resolve({ status: response.statusCode!, headers: response.headers, text: Buffer.concat(chunks).toString() }),
            );
          },
        );
        outgoing.setTimeout(timeoutMs, () => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)));
        outgoing.on('error', reject).end(body);
      }),
  };
}
