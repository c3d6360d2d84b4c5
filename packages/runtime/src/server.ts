import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { createServer, STATUS_CODES } from './builtins.ts';
import type { Core } from './core.ts';

/** The HTTP server, with the limits that keep one bad client from hurting the others. */
export function createHttpServer(core: Core, route: (request: IncomingMessage, response: ServerResponse) => void): Server {
  const { limits } = core;
  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersTimeout,
      requestTimeout: limits.requestTimeout,
      connectionsCheckingInterval: Math.min(5000, Math.max(100, Math.floor(limits.headersTimeout / 4))),
      // Longer than the idle time of usual proxies (60 s), so that the proxy and not this end closes: no request is lost to a closing connection.
      keepAliveTimeout: 75_000,
      noDelay: true,
    },
    route,
  );
  if (limits.connections !== undefined) server.maxConnections = limits.connections;
  server.on('clientError', refuseMalformed);
  return server;
}

const statusOf: Record<string, number> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_CHUNK_EXTENSIONS_OVERFLOW: 413 };

/** Answers what Node's parser could not read, and closes. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex & { _httpMessage?: ServerResponse | null }): void {
  // An answer on its way must not get this one in its middle.
  if (error.code === 'ECONNRESET' || !socket.writable || socket['_httpMessage']?.headersSent === true) {
    socket.destroy();
    return;
  }
  refuseRaw(socket, statusOf[error.code ?? ''] ?? 400);
}

/** Answers on a bare socket, where there is no response object, and closes. */
export function refuseRaw(socket: Duplex, status: number): void {
  const reason = STATUS_CODES[status] ?? 'Error';
  const body = JSON.stringify({ error: reason });
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}
