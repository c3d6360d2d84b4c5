import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How the learner's steps ended last, of whichever run: what `status` and `check` tell from. Ids and times only. */
export interface Progress {
  /** When the step was last run to its end, in ISO 8601. */
  finishedAt(stepId: string): string | undefined;
  /** When it was last begun and did not reach its end, unless it has since. */
  failedAt(stepId: string): string | undefined;
  record(stepId: string): void;
  recordFailure(stepId: string): void;
  forget(): void;
}

interface Ending {
  finishedAt?: string;
  failedAt?: string;
}

export function openProgress(directory: string): Progress {
  const file = join(directory, 'progress.json');
  const read = (): Record<string, Ending> => {
    try {
      const entries = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, Ending | string>);
      return Object.fromEntries(entries.map(([id, ending]) => [id, typeof ending === 'string' ? { finishedAt: ending } : ending]));
    } catch {
      // Not there yet, or not readable: nothing depends on it, and the next step writes it anew.
      return {};
    }
  };
  const write = (stepId: string, ending: Ending): void => {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.tmp`, `${JSON.stringify({ ...read(), [stepId]: ending }, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${file}.tmp`, file);
  };
  return {
    finishedAt: (stepId) => read()[stepId]?.finishedAt,
    failedAt: (stepId) => read()[stepId]?.failedAt,
    record: (stepId) => write(stepId, { finishedAt: new Date().toISOString() }),
    recordFailure: (stepId) => write(stepId, { ...read()[stepId], failedAt: new Date().toISOString() }),
    forget: () => rmSync(file, { force: true }),
  };
}

/** Whether a step of the path was run to its end and what it made is gone, because the path was walked to its last step. */
export function isOver(progress: Pick<Progress, 'finishedAt'>, stepId: string, last: string | undefined): boolean {
  const [finished, ended] = [progress.finishedAt(stepId), progress.finishedAt(last ?? '')];
  return finished !== undefined && ended !== undefined && finished <= ended;
}
