import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HarnessError } from './errors.ts';

/** The names that the steps of one run share. */
export interface Run {
  readonly id: string;
  readonly providerName: string;
  readonly agentName: string;
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
}

/** The run that is under way in `directory` for `scope` (target, account, region), or a new one. Written at once, before anything is created. */
export function openRunState({ directory, scope, runId }: { directory: string; scope: string; runId?: string | undefined }): RunState {
  const file = join(directory, `run-${scope}.json`);
  const known = read(file);
  const stored: StoredRun =
    runId !== undefined && known?.id !== runId
      ? { id: checkRunId(runId), startedAt: new Date().toISOString(), done: [] }
      : (known ?? { id: randomBytes(3).toString('hex'), startedAt: new Date().toISOString(), done: [] });
  const save = () => {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.tmp`, `${JSON.stringify(stored, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${file}.tmp`, file);
  };
  save();
  return {
    run: {
      id: stored.id,
      providerName: `openai-${stored.id}`,
      agentName: `outbound_auth_${stored.id}`,
      tags: { 'agentcore-tutorials:run': stored.id },
    },
    isDone: (stepId) => stored.done.includes(stepId),
    markDone(stepId) {
      if (!stored.done.includes(stepId)) stored.done.push(stepId);
      save();
    },
    forget: () => rmSync(file, { force: true }),
  };
}

function read(file: string): StoredRun | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { id, startedAt, done } = JSON.parse(text) as StoredRun;
    return { id: checkRunId(id), startedAt, done: [...done] };
  } catch (cause) {
    throw new HarnessError(
      'UNKNOWN_RUN',
      `The state of the run in ${file} cannot be read. Delete the file to start a new run; with --run ID an old one can still be cleaned up.`,
      { cause },
    );
  }
}

function checkRunId(id: string): string {
  if (!/^[0-9a-f]{6}$/.test(id))
    throw new HarnessError(
      'UNKNOWN_RUN',
      `'${id}' is not the id of a run: expected 6 hexadecimal digits, as a run shows them when it starts.`,
    );
  return id;
}
