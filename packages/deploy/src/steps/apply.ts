import type { JournalEntry } from '../agent/journal.ts';
import type { Run } from '../agent/run.ts';
import type { StepName } from '../agent/events.ts';
import type { Change, Step } from './step.ts';

/** Plans every step. Nothing is written: a base that does not fit or a name that is taken ends it here. */
export async function planAll(run: Run, steps: readonly Step[], narrate = false): Promise<Map<StepName, Change>> {
  // The first failure is the one that counts: it reaches every step that needs it, and ends what others are still doing.
  let told = false;
  const changes = await Promise.all(
    steps.map(async (step) => {
      const local = isLocal(step);
      const started = performance.now();
      if (narrate && local) run.emit({ type: 'started', step: step.name });
      try {
        const change = await step.plan();
        if (narrate && local)
          run.emit({ type: 'finished', step: step.name, resource: change.resource, detail: change.detail, ms: elapsed(started) });
        return change;
      } catch (error) {
        if (narrate && !told) run.emit({ type: 'failed', step: step.name, detail: messageOf(error), ms: elapsed(started) });
        told = true;
        throw error;
      }
    }),
  );
  return new Map(changes.map((change) => [change.step, change]));
}

/** Applies what the plan found to do, each step as soon as what it needs is done: role and repository run side by side. */
export async function applyAll(run: Run, steps: readonly Step[], changes: ReadonlyMap<StepName, Change>): Promise<void> {
  const running = new Map<StepName, Promise<void>>();
  for (const step of steps) {
    const needs = step.needs.map((name) => running.get(name));
    running.set(
      step.name,
      Promise.all(needs).then(() => applyOne(run, step, changes.get(step.name) as Change)),
    );
  }
  // All of them end before this returns: a rollback must not race with a step that is still writing.
  const results = await Promise.allSettled(running.values());
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

async function applyOne(run: Run, step: Step, change: Change): Promise<void> {
  const { resource, detail } = change;
  if (isLocal(step)) return;
  if (change.action === 'none') {
    run.emit({ type: 'unchanged', step: step.name, resource, detail });
    return;
  }
  const started = performance.now();
  run.emit({ type: 'started', step: step.name, resource, detail: `${change.action}: ${detail}` });
  try {
    run.signal.throwIfAborted();
    note(run, change, 'begin');
    const made = await step.apply(change);
    note(run, change, 'done');
    run.emit({ type: 'finished', step: step.name, resource: made ?? resource, detail: change.action, ms: elapsed(started) });
  } catch (error) {
    note(run, change, 'failed');
    run.emit({ type: 'failed', step: step.name, resource, detail: messageOf(error), ms: elapsed(started) });
    throw error;
  }
}

function note({ journal, account, region, definition }: Run, { step, action, resource }: Change, phase: JournalEntry['phase']): void {
  journal?.write({ account, region, agent: definition.name, step, phase, action, resource });
}

/** Makes something on this machine only. */
function isLocal({ name }: Step): boolean {
  return name === 'bundle' || name === 'image' || name === 'zip';
}

function elapsed(started: number): number {
  return Math.round(performance.now() - started);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
