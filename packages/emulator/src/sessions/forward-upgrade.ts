import { request as httpRequest, type IncomingMessage } from 'node:http';
import { pipeline, type Duplex } from 'node:stream';

import { contractHost } from './contract.ts';
import { endToEndHeaders } from './end-to-end-headers.ts';
import type { Session } from './session.ts';
import type { SessionSpec, SessionUpgrade } from './types.ts';

export interface UpgradeConnection {
  upgrade: SessionUpgrade;
  socket: Duplex;
  /** What the client sent after its handshake. */
  head: Buffer;
}

/**
 * Hands a WebSocket handshake to the agent and joins the two connections when it agrees; an answer that is no upgrade is
 * passed back as it is. The frames are not looked at. Resolves when the handshake is answered.
 *
 * Throws a SessionError before anything was written to `socket`: the caller answers it then.
 */
export async function forwardUpgrade(session: Session, spec: SessionSpec, { upgrade, socket, head }: UpgradeConnection): Promise<void> {
  const release = session.hold();
  socket.once('close', release);
  try {
    const { address } = await session.ready;
    await new Promise<void>((resolve, reject) => {
      const outgoing = httpRequest({
        ...address,
        path: upgrade.path ?? '/ws',
        agent: false,
        headers: {
          ...endToEndHeaders(upgrade.headers),
          host: contractHost(spec.protocol),
          connection: 'Upgrade',
          upgrade: 'websocket',
        },
      });
      outgoing.on('upgrade', (answer, agentSocket, agentHead) => {
        socket.write(Buffer.concat([statusAndHeaders(answer, answer.rawHeaders), agentHead]));
        if (head.length > 0) agentSocket.write(head);
        // Either end that breaks takes the other with it; the session's own log says why.
        pipeline(socket, agentSocket, socket, () => undefined);
        resolve();
      });
      outgoing.on('response', (answer) => {
        const headers = Object.entries(endToEndHeaders(answer.headers)).flatMap(([name, value]) =>
          [value].flat().flatMap((one) => [name, one]),
        );
        socket.write(statusAndHeaders(answer, [...headers, 'connection', 'close']));
        pipeline(answer, socket, () => undefined);
        resolve();
      });
      outgoing.on('error', (cause) => void session.explain(cause).then(reject));
      socket.once('close', () => outgoing.destroy());
      outgoing.end();
    });
  } catch (error) {
    release();
    throw error;
  }
}

function statusAndHeaders(answer: IncomingMessage, raw: readonly string[]): Buffer {
  const lines = [`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}`];
  for (let at = 0; at + 1 < raw.length; at += 2) lines.push(`${raw[at]}: ${raw[at + 1]}`);
  // Header bytes are Latin-1 on the wire, and Node reads them so.
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}
