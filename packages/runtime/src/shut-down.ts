import type { Server } from 'node:http';
import type { Core } from './core.ts';
import type { WebSocketServer } from './websocket.ts';
import { turn } from './write.ts';

export interface ShutDownOptions {
  core: Core;
  server: Server;
  sockets: WebSocketServer | undefined;
  /** Resolves when no invocation and no WebSocket is open. */
  idle(): Promise<void>;
}

/** Stops listening, lets open requests finish within the drain time, cuts the others, and runs the app's `onStop`. */
export async function shutDown({ core, server, sockets, idle }: ShutDownOptions): Promise<void> {
  const { drainTimeout = 10_000, onStop } = core.options;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  sockets?.goAway();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => (timer = setTimeout(resolve, drainTimeout, 'late')));
  if ((await Promise.race([idle(), late])) === 'late') {
    core.logger.warn(`Requests were still open after ${drainTimeout} ms; their connections are cut.`);
    sockets?.terminate();
  }
  clearTimeout(timer);
  // Left are connections between two requests, or with one that never ends: a client that keeps one open must not keep the process.
  server.closeAllConnections();
  await turn(); // what was cut hears of it now, and may clean up
  await closed;
  await onStop?.();
}
