import type { DeployEvent, OnEvent } from '@agentcore-tutorials/deploy';
import { INTERRUPT_VARIABLE } from './exercises/variables.ts';
import { t } from './messages/index.ts';
import type { Narrator } from './narrator.ts';
import { outcome } from './outcome.ts';

/** Steps whose event names a resource worth a look. The resource of the others is a path, or known already. */
const NAMES_A_RESOURCE = new Set(['repository', 'role', 'push', 'runtime']);

const PAST: Readonly<Record<string, string>> = { create: 'created', update: 'updated', delete: 'deleted' };

/** Reports a deployment: a line for each part that is finished. A line that was printed a moment ago is not repeated. */
export function narrateDeploy(say: Narrator): OnEvent {
  const printed = new Set<string>();
  return ({ type, step, resource, detail = '', ms }: DeployEvent) => {
    if (type === 'retrying' || type === 'warning') say.warn(t('deploy.event', { step, outcome: detail }));
    const ended = type === 'finished' || type === 'unchanged';
    // Exercise 5 of tutorial 03: what Ctrl-C does at this moment.
    if (ended && step === process.env[INTERRUPT_VARIABLE]) process.kill(process.pid, 'SIGINT');
    if (type === 'started' || type === 'waiting') say.waitFor(t('deploy.waiting', { step }));
    if (ended || type === 'failed') say.ready();
    if (type !== 'finished') return;
    const what = outcome(PAST[detail] ?? detail);
    const message =
      resource !== undefined && NAMES_A_RESOURCE.has(step)
        ? t('deploy.event.resource', { step, outcome: what, resource })
        : t('deploy.event', { step, outcome: what });
    const line = message.in('en');
    if (printed.has(line)) return;
    printed.add(line);
    say.done(message, ms === undefined ? '' : `(${ms} ms)`);
  };
}
