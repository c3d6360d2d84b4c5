import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { runWithContext } from '@agentcore-tutorials/identity';
import type { WebSocket } from 'ws';
import { openContext } from './context.ts';
import type { Core } from './core.ts';
import { loadWs } from './load-ws.ts';
import { withTraceContext } from './trace-context.ts';

/** The WebSocket side of an app. */
export interface WebSocketServer {
  /** Takes over the connection of an upgrade request. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Asks all clients to leave, as a server that goes away does. */
  goAway(): void;
  /** Ends what is still connected. */
  terminate(): void;
}

/** Serves `/ws` with the app's handler. */
export async function createWebSocketServer(
  core: Core,
  handler: (socket: WebSocket, context: ReturnType<typeof openContext>['context']) => unknown,
): Promise<WebSocketServer> {
  const { WebSocketServer } = await loadWs();
  const server = new WebSocketServer({ noServer: true, clientTracking: true, maxPayload: core.limits.bodyBytes });

  const serve = (socket: WebSocket, request: IncomingMessage): void => {
    const { context, log, abort } = openContext(request, core.logger, {});
    core.opened();
    const fail = (error: unknown): void => {
      log.error('The WebSocket handler failed.', { error });
      socket.close(1011, 'Internal server error');
    };
    // Malformed frames arrive here: ws closes the connection with the right code itself, and without a listener the process would end.
    socket.on('error', (error) => log.warn('The WebSocket connection failed.', { error }));
    socket.once('close', (code) => {
      core.closed();
      abort(new Error('The WebSocket was closed.'));
      log.access('WebSocket closed', code, 0);
    });
    const run = <T>(fn: () => T): T => withTraceContext(request.headers, () => runWithContext(context, fn));
    guardListeners(socket, run, fail);
    run(() => {
      try {
        Promise.resolve(handler(socket, context)).catch(fail);
      } catch (error) {
        fail(error);
      }
    });
  };

  return {
    upgrade(request, socket, head) {
      server.handleUpgrade(request, socket, head, serve);
    },
    goAway() {
      for (const client of server.clients) client.close(1001, 'The server is going away');
    },
    terminate() {
      for (const client of server.clients) client.terminate();
    },
  };
}

// A socket's events come from the network, outside every context, and a listener that throws there would end the process. Listeners are
// called one by one instead, within the request's context, and a failure of one, thrown or rejected, closes this connection only.
function guardListeners(socket: WebSocket, run: <T>(fn: () => T) => T, fail: (error: unknown) => void): void {
  socket.emit = (event: string | symbol, ...args: unknown[]): boolean => {
    const listeners = socket.rawListeners(event);
    for (const listener of listeners) {
      try {
        const result: unknown = run(() => Reflect.apply(listener, socket, args) as unknown);
        if (result instanceof Promise) result.catch(fail);
      } catch (error) {
        fail(error);
      }
    }
    return listeners.length > 0;
  };
}
