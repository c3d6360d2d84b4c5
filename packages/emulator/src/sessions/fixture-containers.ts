import { execFileSync } from 'node:child_process';

import { callEngine, findContainerEngine, type ContainerEngine } from './container-engine.ts';
import { fixtureHost } from './fixture-host.ts';

/** Of a machine whose own cgroups and limits are not podman's to set, as in many a CI runner. */
const RESTRICTED = '--runtime runc --cgroup-manager=cgroupfs -- --ulimit nofile=1024:1024 --ulimit nproc=1024:1024 --network slirp4netns';

export interface UsableContainers {
  containerArguments: string;
  engine: ContainerEngine;
  /** Why there are none: for the name of a test that is not run. */
  reason: string | undefined;
}

/** For tests: with what arguments containers really run on this machine, or why none does. */
export async function usableContainers(): Promise<UsableContainers> {
  const nowhere = { containerArguments: '', engine: { file: '', global: [], run: [] } };
  let reason = '';
  for (const containerArguments of new Set([process.env['AGENTCORE_CONTAINER_ARGS'] ?? '', RESTRICTED])) {
    const found = await findContainerEngine({ containerArguments });
    if ('problem' in found) return { ...nowhere, reason: found.problem };
    await using fixture = await fixtureHost({ isolation: 'container', containerArguments });
    try {
      await fixture.host.open();
      return { containerArguments, engine: found.engine, reason: undefined };
    } catch (error) {
      reason = (error as Error).message;
    }
  }
  return { ...nowhere, reason };
}

/** For tests: names of the containers that carry a label, running or not. */
export async function containersWith(engine: ContainerEngine, label: string): Promise<string[]> {
  const { output } = await callEngine(engine, ['ps', '--all', '--filter', `label=${label}`, '--format', '{{.Names}}']);
  return output.split('\n').filter((line) => line !== '');
}

/** For tests: every argument of every process of this machine. */
export function allArguments(): string {
  return execFileSync('ps', ['-e', '-ww', '-o', 'args=']).toString();
}
