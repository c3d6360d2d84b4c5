import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Which steps the learner has finished, of whichever run: what `status` and `check` tell from. Ids and times only. */
export interface Progress {
  /** When the step was last run to its end, in ISO 8601. */
  finishedAt(stepId: string): string | undefined;
  record(stepId: string): void;
  forget(): void;
}

export function openProgress(directory: string): Progress {
  const file = join(directory, 'progress.json');
  const read = (): Record<string, string> => {
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
    } catch {
      // Not there yet, or not readable: nothing depends on it, and the next step writes it anew.
      return {};
    }
  };
  return {
    finishedAt: (stepId) => read()[stepId],
    record(stepId) {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      writeFileSync(`${file}.tmp`, `${JSON.stringify({ ...read(), [stepId]: new Date().toISOString() }, null, 2)}\n`, { mode: 0o600 });
      renameSync(`${file}.tmp`, file);
    },
    forget: () => rmSync(file, { force: true }),
  };
}
