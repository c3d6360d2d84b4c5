import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How the learner's steps ended last, of whichever run: what `status` and `check` tell from. Ids and times only. */
export interface Progress {
  /** When the step was last run to its end, in ISO 8601. */
  finishedAt(stepId: string): string | undefined;
  /** When it was last begun and did not reach its end, unless it has since. */
  failedAt(stepId: string): string | undefined;
  record(stepId: string): void;
  recordFailure(stepId: string): void;
}

interface Ending {
  finishedAt?: string;
  failedAt?: string;
}

/** Opens what is known of the learner's progress: a line for each step that ended. */
export function openProgress(directory: string): Progress {
  const file = join(directory, 'progress.jsonl');
  // Written by earlier versions.
  const older = join(directory, 'progress.json');
  const read = (): Record<string, Ending> => {
    const endings = parse<Record<string, Ending | string>>(readText(older)) ?? {};
    const known = Object.fromEntries(
      Object.entries(endings).map(([id, ending]) => [id, typeof ending === 'string' ? { finishedAt: ending } : ending]),
    );
    for (const line of readText(file).split('\n')) {
      const { step, ...ending } = parse<Ending & { step: string }>(line) ?? { step: '' };
      known[step] = ending.finishedAt === undefined ? { ...known[step], ...ending } : ending;
    }
    return known;
  };
  // A line of its own: two commands that end at the same time do not undo each other's.
  const write = (step: string, ending: Ending): void => {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    appendFileSync(file, `${JSON.stringify({ step, ...ending })}\n`, { mode: 0o600 });
  };
  return {
    finishedAt: (stepId) => read()[stepId]?.finishedAt,
    failedAt: (stepId) => read()[stepId]?.failedAt,
    record: (stepId) => write(stepId, { finishedAt: new Date().toISOString() }),
    recordFailure: (stepId) => write(stepId, { failedAt: new Date().toISOString() }),
  };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Not there yet, or not readable: nothing depends on it, and the next step adds to it.
    return '';
  }
}

function parse<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}

/** Whether a step of the path was run to its end and what it made is gone, because the path was walked to its last step. */
export function isOver(progress: Pick<Progress, 'finishedAt'>, stepId: string, last: string | undefined): boolean {
  const [finished, ended] = [progress.finishedAt(stepId), progress.finishedAt(last ?? '')];
  return finished !== undefined && ended !== undefined && finished <= ended;
}
