import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

import type { AgentAddress } from './agent-process.ts';

/**
 * A container has a network of its own: what it and we say to each other goes over Unix sockets in a directory that both
 * see. In it the agent's preload carries them on, from and to the ports that they stand for.
 */
export interface ContainerRelay {
  /** Where the agent is called, once it listens. Undefined when that is no socket. */
  address(): AgentAddress | undefined;
  /** Ports of this machine's loopback that the agent finds on its own loopback. */
  ports: readonly number[];
  close(): Promise<void>;
}

/** Of Linux: a descriptor that stands for a file and does not open it. Node has no name for it. */
const O_PATH = 0o10000000;
/** URLs of this machine, as in AWS_ENDPOINT_URL. */
const LOOPBACK_URL = /\b[a-z]+:\/\/(?:127\.0\.0\.1|localhost|\[::1\]):(\d{1,5})\b/g;

/**
 * Makes the ports reachable that the agent's variables name, and no other of this machine. A variable is how an agent is told of
 * anything at all: of the emulator by the platform, of whatever else by its owner.
 *
 * @param directory Exists, for its owner only.
 */
export async function openContainerRelay(directory: string, variables: Readonly<Record<string, string>>): Promise<ContainerRelay> {
  const urls = Object.values(variables).flatMap((value) => [...value.matchAll(LOOPBACK_URL)]);
  const ports = [...new Set(urls.map(([, port]) => Number(port)))].filter((port) => port > 0 && port < 65_536);
  // The path of a Unix socket may have 107 characters, and that of a session has more.
  const handle = await open(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  const pathOf = (name: string | number): string => `/proc/self/fd/${handle.fd}/${name}`;
  const servers: Server[] = [];
  const close = async (): Promise<void> => {
    for (const server of servers) server.close();
    await handle.close();
  };
  try {
    for (const port of ports) {
      const server = createServer({ allowHalfOpen: true }, (socket) =>
        join(socket, connect({ host: '127.0.0.1', port, allowHalfOpen: true })),
      );
      servers.push(server.unref());
      await once(server.listen(pathOf(port)), 'listening');
    }
  } catch (error) {
    await close();
    throw error;
  }
  let socket: number | undefined;
  return {
    ports,
    address() {
      // The directory is the agent's too: it must not have us call, by a link, whoever else listens on this machine.
      try {
        socket ??= openSync(pathOf('agent'), O_PATH | constants.O_NOFOLLOW);
      } catch {
        // ENOENT: the agent has removed it.
        return undefined;
      }
      return fstatSync(socket).isSocket() ? { socketPath: `/proc/self/fd/${socket}` } : undefined;
    },
    async close() {
      if (socket !== undefined) closeSync(socket);
      await close();
    },
  };
}

/** Both ways, as the preload does it: an end is passed on when all before it was, a break at once. */
function join(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.pipe(to);
    from.on('error', () => undefined);
    from.on('close', () => (from.readableEnded ? to.destroySoon() : to.destroy()));
  }
}
