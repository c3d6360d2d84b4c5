import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { ContainerEngineOptions } from './container-engine.ts';
import { launchAgent } from './launch-agent.ts';
import { openIsolation, type OpenedIsolation } from './open-isolation.ts';
import { SessionError } from './session-error.ts';
import type { SessionSpec } from './types.ts';

/** Runs this machine's Node, which does nothing, in an image that holds nothing. */
const PROBE: SessionSpec = {
  key: { agentRuntimeArn: 'probe', version: '1', sessionId: 'probe' },
  image: { digest: '', layers: [], config: { architecture: 'none', os: 'linux', config: { Cmd: ['node', '--eval', '0'] } } },
  environment: {},
  platform: {},
  idleTimeoutSeconds: 60,
  maxLifetimeSeconds: 60,
};

/**
 * Runs one container as sessions do, and resolves when it is gone. That an engine is installed says little: rights, cgroups,
 * the file system can be in its way.
 *
 * Throws a SessionError ISOLATION_UNAVAILABLE with what the engine said.
 */
export async function probeContainer(options: ContainerEngineOptions): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'agentcore-probe-'));
  let isolation: OpenedIsolation | undefined;
  try {
    isolation = await openIsolation({ ...options, isolation: 'container' }, join(directory, `${process.pid}-probe`));
    const imageRoot = join(directory, 'image');
    const own = join(directory, 'session');
    for (const path of [imageRoot, own]) await mkdir(path, { mode: 0o700 });
    const compileCache = join(directory, 'compiled');
    const { agent } = await launchAgent(PROBE, {
      directory: own,
      imageRoot,
      compileCache,
      isolation,
      now: Date.now,
      onLine: () => undefined,
    });
    const { code } = await agent.exited;
    if (agent.failure) throw agent.failure;
    if (code !== 0) throw new SessionError('ISOLATION_UNAVAILABLE', `this machine's Node does not run in a container (exit code ${code}).`);
  } finally {
    if (isolation?.type === 'container') await isolation.close();
    await rm(directory, { recursive: true, force: true });
  }
}
