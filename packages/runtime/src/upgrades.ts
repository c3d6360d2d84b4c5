import type { IncomingMessage, Server } from 'node:http';
import type { Core } from './core.ts';
import { refuseRaw } from './server.ts';
import { createWebSocketServer, type WebSocketServer } from './websocket.ts';

/**
 * Lets the server take WebSockets on `/ws`, where the app has a handler for them. Without one no request is an upgrade to this server: it
 * is answered as plain HTTP, which refuses the handshake.
 */
export async function attachUpgrades(core: Core, server: Server): Promise<WebSocketServer | undefined> {
  const { websocket } = core.options;
  if (websocket === undefined) return undefined;
  const sockets = await createWebSocketServer(core, websocket.bind(core.options));
  // Some HTTP clients offer `Upgrade: h2c` with an ordinary POST; they go on in HTTP/1.1 where the server may choose (Node >= 24.9).
  if ('shouldUpgradeCallback' in server) server.shouldUpgradeCallback = isWebSocket;
  server.on('upgrade', (request, socket, head) => {
    if (isWebSocket(request)) sockets.upgrade(request, socket, head);
    else refuseRaw(socket, request.headers.upgrade?.toLowerCase() === 'websocket' ? 404 : 400);
  });
  return sockets;
}

function isWebSocket({ url = '', headers, method }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket' && (url === '/ws' || url.startsWith('/ws?'));
}
