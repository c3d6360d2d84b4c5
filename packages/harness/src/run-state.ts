import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { HarnessError } from './errors.ts';
import { t } from './messages/index.ts';
import { createFile } from './whole-file.ts';

/** On everything that is created: it says which run made it. */
export const RUN_TAG = 'agentcore-tutorials:run';
export const RUN_ID: RegExp = /^[0-9a-f]{6}$/;

/** The names that the steps of one run share. */
export interface Run {
  readonly id: string;
  readonly providerName: string;
  readonly agentName: string;
  /** A name for something else of this run: `named('notes')` is `notes_1a2b3c`. Letters, digits and _ only, as agents need it. */
  named(purpose: string): string;
  /** On everything that is created. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Names only: no key, no token and no answer is ever written. */
interface StoredRun {
  id: string;
  startedAt: string;
  /** Ids of the steps that were done. */
  done: string[];
}

export interface RunState {
  readonly run: Run;
  isDone(stepId: string): boolean;
  markDone(stepId: string): void;
  /** Forgets the run: everything of it was deleted. */
  forget(): void;
  /** Forgets a run that began with this command and has nothing that is to last. */
  forgetIfEmpty(): void;
}

export interface RunStateOptions {
  directory: string;
  /** Target, account and region: a run is on one of them. */
  scope: string;
  /** The learner's `current` run, a `new` one beside it, or one by its id. */
  which: 'current' | 'new' | { id: string };
}

/** Opens the state of a run. It is written at once, before anything is created. */
export function openRunState({ directory, scope, which }: RunStateOptions): RunState {
  const current = join(directory, `run-${scope}.json`);
  const chosen = choose(which, current, directory, scope);
  const { file } = chosen;
  const stored = chosen.isNew ? create(directory, file, chosen.stored) : chosen.stored;
  const isDone = (stepId: string) => (read(file) ?? stored).done.includes(stepId);
  const forget = () => rmSync(file, { force: true });
  return {
    run: describeRun(stored.id),
    isDone,
    // A line of its own: two commands that end at the same time do not undo each other's mark.
    markDone(stepId) {
      create(directory, file, stored);
      appendFileSync(file, `${JSON.stringify({ done: stepId })}\n`);
    },
    forget,
    forgetIfEmpty() {
      if (chosen.isNew && (read(file) ?? stored).done.length === 0) forget();
    },
  };
}

/** Writes a new run, unless another command has begun one in the same file in the meantime: then it is that one. */
function create(directory: string, file: string, fresh: StoredRun): StoredRun {
  const known = read(file);
  if (known) return known;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return createFile(file, `${JSON.stringify(fresh)}\n`, 0o600) ? fresh : (read(file) ?? fresh);
}

function describeRun(id: string): Run {
  return {
    id,
    providerName: `openai-${id}`,
    agentName: `outbound_auth_${id}`,
    named: (purpose) => `${purpose}_${id}`,
    tags: { [RUN_TAG]: id },
  };
}

/** The learner's run as it is, without beginning one: `run.id` is empty where there is none. */
export function peekRunState({ directory, scope }: Pick<RunStateOptions, 'directory' | 'scope'>): Pick<RunState, 'run' | 'isDone'> & {
  startedAt?: string;
} {
  const stored = read(join(directory, `run-${scope}.json`));
  return {
    run: describeRun(stored?.id ?? ''),
    isDone: (stepId) => stored?.done.includes(stepId) ?? false,
    ...(stored && { startedAt: stored.startedAt }),
  };
}

/** Whether the learner has a run under way there. */
export function hasCurrentRun({ directory, scope }: Pick<RunStateOptions, 'directory' | 'scope'>): boolean {
  return read(join(directory, `run-${scope}.json`)) !== undefined;
}

function choose(
  which: RunStateOptions['which'],
  current: string,
  directory: string,
  scope: string,
): { file: string; stored: StoredRun; isNew: boolean } {
  const fileOf = (id: string) => join(directory, `run-${scope}-${id}.json`);
  const fresh = (id: string): StoredRun => ({ id, startedAt: new Date().toISOString(), done: [] });
  if (which === 'new') {
    const stored = fresh(newId());
    return { file: fileOf(stored.id), stored, isNew: true };
  }
  const known = read(current);
  if (which === 'current') return { file: current, stored: known ?? fresh(newId()), isNew: known === undefined };
  if (known?.id === which.id) return { file: current, stored: known, isNew: false };
  const file = fileOf(checkRunId(which.id));
  const stored = read(file);
  return { file, stored: stored ?? fresh(which.id), isNew: stored === undefined };
}

const newId = () => randomBytes(3).toString('hex');

function read(file: string): StoredRun | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new HarnessError('UNKNOWN_RUN', t('runs.unreadable', { file }), { cause: error });
  }
  try {
    const [first = '', ...marks] = linesOf(text);
    const { id, startedAt, done } = JSON.parse(first) as StoredRun;
    return { id: checkRunId(id), startedAt, done: [...done, ...marks.map((mark) => (JSON.parse(mark) as { done: string }).done)] };
  } catch (cause) {
    throw new HarnessError('UNKNOWN_RUN', t('runs.unreadable', { file }), { cause });
  }
}

/** A run is a line, and so is each mark after it. Earlier versions wrote the run over several lines. */
function linesOf(text: string): string[] {
  const [, run = '', marks = ''] = /^(\{[\s\S]*?\})\n?([\s\S]*)$/.exec(text) ?? [];
  return [run, ...marks.split('\n').filter(Boolean)];
}

function checkRunId(id: string): string {
  if (!RUN_ID.test(id)) throw new HarnessError('UNKNOWN_RUN', t('runs.badId', { id }));
  return id;
}
