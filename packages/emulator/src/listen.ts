import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EmulatorError } from './emulator-error.ts';

/** Listens on loopback. `close` ends also the connections that clients keep open. */
export function listen(port: number, listener: RequestListener): Promise<{ port: number; close(): Promise<void> }> {
  // SDKs keep connections for reuse; a server that drops one just as it is reused makes a request fail for no reason.
  const server = createServer({ keepAliveTimeout: 120_000, headersTimeout: 60_000, requestTimeout: 15 * 60_000 }, listener);
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EADDRINUSE') {
        return reject(
          new EmulatorError(
            'PORT_IN_USE',
            `Port ${port} is taken by another program. Stop it, or start with another --port (0 takes any free one).`,
            { cause },
          ),
        );
      }
      if (cause.code === 'EACCES')
        return reject(
          new EmulatorError('PORT_IN_USE', `This user may not listen on port ${port}. Start with a --port above 1023.`, { cause }),
        );
      reject(cause);
    });
    server.listen(port, '127.0.0.1', () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            server.closeAllConnections();
          }),
      });
    });
  });
}
