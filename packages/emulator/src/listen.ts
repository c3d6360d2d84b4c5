import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { EmulatorError } from './emulator-error.ts';

/** Takes over a connection that stops being HTTP. */
export interface UpgradeListener {
  matches(request: IncomingMessage): boolean;
  handle(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** Listens on loopback. `close` ends also the connections that clients keep open. */
export function listen(
  port: number,
  listener: RequestListener,
  upgrades?: UpgradeListener,
): Promise<{ port: number; close(): Promise<void> }> {
  // SDKs keep connections for reuse; a server that drops one just as it is reused makes a request fail for no reason.
  const server = createServer(
    {
      keepAliveTimeout: 120_000,
      headersTimeout: 60_000,
      requestTimeout: 15 * 60_000,
      // Some clients offer `Upgrade: h2c` with every request: those are served as what they are.
      shouldUpgradeCallback: (request) => upgrades?.matches(request) ?? false,
    },
    listener,
  );
  // The server knows nothing of a connection any more once it was upgraded, but waits for its end.
  const upgraded = new Set<Duplex>();
  server.on('upgrade', (request, socket, head) => {
    // Joined to another one, it is listened to by more than Node takes for a mistake.
    socket.setMaxListeners(30);
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
    // Whoever hangs up ends a connection, not the emulator.
    socket.on('error', () => undefined);
    upgrades?.handle(request, socket, head);
  });
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
            for (const socket of upgraded) socket.destroy();
          }),
      });
    });
  });
}
