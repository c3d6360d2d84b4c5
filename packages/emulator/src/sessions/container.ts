import { rm } from 'node:fs/promises';

import type { AgentExit, AgentKeeper } from './agent-process.ts';
import { callEngine, type ContainerEngine } from './container-engine.ts';
import type { ContainerRelay } from './container-relay.ts';
import type { ProcessGuard } from './process-guard.ts';
import { SessionError } from './session-error.ts';

export interface ContainerKeeperOptions {
  engine: ContainerEngine;
  name: string;
  /** Read by the engine's client; removed when that has happened. */
  environmentFile: string;
  /** Removes the container when the emulator dies. */
  guard: ProcessGuard<string>;
  relay: ContainerRelay;
}

/** What podman exits with when it is podman that failed, or that could not start the command. */
const ENGINE_FAILED = new Set([125, 126, 127]);
const SHOWN_LINES = 5;

/** The process that we know of a container is the engine's client: to end that would leave the container running. */
export function createContainerKeeper({ engine, name, environmentFile, guard, relay }: ContainerKeeperOptions): AgentKeeper {
  let up = false;
  const forget = (): Promise<void> => rm(environmentFile, { force: true }).catch(() => undefined);
  const remove = async (): Promise<void> => void (await callEngine(engine, ['rm', '--force', '--ignore', '--time', '0', name]));
  guard.add(name);
  return {
    address: () => relay.address(),
    up() {
      up = true;
      void forget();
    },
    // Its client sees that and ends as the container did. A client that has started nothing yet has to be ended itself.
    kill: async () => (up ? (await remove(), true) : false),
    async ended({ signal }) {
      await Promise.all([forget(), relay.close()]);
      // Otherwise the client has removed the container before it ended.
      if (signal !== null || !up) await remove();
      guard.remove(name);
    },
    failure({ code }: AgentExit, lines) {
      if (up || !ENGINE_FAILED.has(code ?? 0)) return undefined;
      const said = lines.slice(-SHOWN_LINES).map(({ line }) => line);
      return new SessionError(
        'ISOLATION_UNAVAILABLE',
        `${engine.file} could not start a container (exit code ${code}): ${said.join('\n')}\nArguments that it needs on this machine can be given in AGENTCORE_CONTAINER_ARGS.`,
        { lastLines: said },
      );
    },
  };
}
