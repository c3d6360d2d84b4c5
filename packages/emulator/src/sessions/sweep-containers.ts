import { createHash } from 'node:crypto';
import { basename, dirname } from 'node:path';

import { callEngine, type ContainerEngine } from './container-engine.ts';
import { isAlive } from './sweep-dead-owners.ts';

const STATE = 'agentcore-local.state';
const OWNER = 'agentcore-local.owner';

/** The labels of every container of one session host, of which `ownDirectory` (`<pid>-...` in the directory of all sessions) is the name. */
export function containerLabels(ownDirectory: string): Record<string, string> {
  return { [STATE]: stateId(dirname(ownDirectory)), [OWNER]: basename(ownDirectory) };
}

/**
 * Removes containers of sessions in this state directory that nobody owns any more: what a `kill -9` of an emulator and of
 * its guard left behind, and, with `own`, what is left of this host's. Never rejects.
 */
export async function sweepContainers(engine: ContainerEngine, ownDirectory: string, { own }: { own: boolean }): Promise<void> {
  const ours = `label=${STATE}=${stateId(dirname(ownDirectory))}`;
  const { output } = await callEngine(engine, ['ps', '--all', '--filter', ours, '--format', `{{.ID}} {{index .Labels "${OWNER}"}}`]);
  const left = output
    .split('\n')
    .map((line) => line.trim().split(' '))
    .filter(([, owner = '']) => (owner === basename(ownDirectory) ? own : !isAlive(Number.parseInt(owner, 10))))
    .map(([id = '']) => id)
    .filter((id) => id !== '');
  if (left.length > 0) await callEngine(engine, ['rm', '--force', '--ignore', '--time', '0', ...left]);
}

/** Its path can be anything, and says who runs it. */
function stateId(directory: string): string {
  return createHash('sha256').update(directory).digest('hex').slice(0, 16);
}
