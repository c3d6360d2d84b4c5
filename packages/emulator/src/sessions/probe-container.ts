import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { launchAgent } from './launch-agent.ts';
import type { OpenedIsolation } from './open-isolation.ts';
import { SessionError } from './session-error.ts';
import type { SessionSpec } from './types.ts';

/** Runs this machine's Node, which does nothing, in an image of one directory. */
const PROBE: SessionSpec = {
  key: { agentRuntimeArn: 'probe', version: '1', sessionId: 'probe' },
  image: { digest: '', layers: [], config: { architecture: 'none', os: 'linux', config: { Cmd: ['node', '--eval', '0'] } } },
  environment: {},
  platform: {},
  idleTimeoutSeconds: 60,
  maxLifetimeSeconds: 60,
};

/**
 * Runs one container as sessions do, with its files in `directory`, and resolves when it is gone. That an engine is installed
 * says little: rights, cgroups, the file system can be in its way.
 *
 * Throws a SessionError ISOLATION_UNAVAILABLE with what the engine said.
 */
export async function probeContainer(isolation: OpenedIsolation & { type: 'container' }, directory: string): Promise<void> {
  const [imageRoot, own] = [join(directory, 'image'), join(directory, 'session')];
  for (const path of [directory, imageRoot, join(imageRoot, 'app'), own]) await mkdir(path, { mode: 0o700 });
  try {
    const { agent } = await launchAgent(PROBE, {
      directory: own,
      imageRoot,
      compiled: undefined,
      isolation,
      now: Date.now,
      onLine: () => undefined,
    });
    const { code } = await agent.exited;
    if (agent.failure) throw agent.failure;
    if (code !== 0) throw new SessionError('ISOLATION_UNAVAILABLE', `This machine's Node does not run in a container (exit code ${code}).`);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
