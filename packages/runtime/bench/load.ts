import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface LoadResult {
  /** Of each request, in milliseconds, sorted. */
  latencies: number[];
  seconds: number;
  bytes: number;
}

/**
 * Sends the same request `count` times over `connections` kept-alive connections, one at a time on each.
 *
 * On bare sockets: an HTTP client would take more of the machine's two cores than the server under test.
 */
export async function load(port: number, request: Buffer, count: number, connections: number): Promise<LoadResult> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  const latencies: number[] = [];
  let left = count;
  let bytes = 0;
  const startedAt = performance.now();
  await Promise.all(
    sockets.map(async (socket) => {
      while (left > 0) {
        left -= 1;
        const sentAt = performance.now();
        bytes += await exchange(socket, request);
        latencies.push(performance.now() - sentAt);
      }
      socket.destroy();
    }),
  );
  return { latencies: latencies.sort((a, b) => a - b), seconds: (performance.now() - startedAt) / 1000, bytes };
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

/** One request and its answer; resolves with the number of bytes of the answer. */
function exchange(socket: Socket, request: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    let head = '';
    let expected = -1; // -1: headers not yet complete; -2: chunked, until the last chunk
    let size = 0;
    let tail = '';
    const done = (): void => {
      socket.off('data', onData);
      socket.off('close', onClose);
      resolve(size);
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (expected === -1) {
        head += chunk.toString('latin1');
        const end = head.indexOf('\r\n\r\n');
        if (end === -1) return;
        if (!head.startsWith('HTTP/1.1 200')) {
          reject(new Error(`Not answered with 200: ${head.slice(0, 300)}`));
          return;
        }
        const length = /content-length: (\d+)/i.exec(head.slice(0, end));
        expected = length === null ? -2 : end + 4 + Number(length[1]);
      }
      if (expected >= 0) {
        if (size >= expected) done();
      } else {
        tail = (tail + chunk.toString('latin1', Math.max(0, chunk.length - 8))).slice(-8);
        if (tail.endsWith('\r\n0\r\n\r\n')) done();
      }
    };
    const onClose = (): void => reject(new Error('The server closed the connection.'));
    socket.on('data', onData);
    socket.on('close', onClose);
    socket.write(request);
  });
}

/** POST /invocations with a payload, as bytes. */
export function invocation(payload: unknown, contentType = 'application/json', accept = '*/*'): Buffer {
  const body = Buffer.from(JSON.stringify(payload));
  const head = [
    'POST /invocations HTTP/1.1',
    'host: 127.0.0.1',
    `content-type: ${contentType}`,
    `accept: ${accept}`,
    'x-amzn-bedrock-agentcore-runtime-session-id: 0123456789abcdef0123456789abcdef0123',
    'x-amzn-bedrock-agentcore-runtime-request-id: 7e0ac2ad-4a4f-4f0c-9c9c-1d1e8f4b7a11',
    `workloadaccesstoken: ${'t'.repeat(800)}`,
    `content-length: ${body.length}`,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
}
