import type { DeployEvent, OnEvent } from '@agentcore-tutorials/deploy';
import type { Narrator } from './narrator.ts';

/** Steps whose event names something worth a look; the others' are a path, or known already. */
const NAMES_A_RESOURCE = new Set(['repository', 'role', 'push', 'runtime']);

const PAST: Record<string, string> = { create: 'created', update: 'updated', delete: 'deleted' };

/** Tells what a deployment does, a line for each part that is finished; what is as it was a moment ago is not told twice. */
export function narrateDeploy(say: Narrator): OnEvent {
  const told = new Set<string>();
  return ({ type, step, resource, detail = '', ms }: DeployEvent) => {
    if (type === 'retrying' || type === 'warning') say.about(`${step}: ${detail}`);
    if (type !== 'finished') return;
    const line = `${step}: ${PAST[detail] ?? detail}${resource !== undefined && NAMES_A_RESOURCE.has(step) ? ` ${resource}` : ''}`;
    if (told.has(line)) return;
    told.add(line);
    say.done(line, ms === undefined ? '' : `(${ms} ms)`);
  };
}
