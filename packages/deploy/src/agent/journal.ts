import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asDeployError } from '../aws/aws-error.ts';
import type { StepName } from './events.ts';

export interface JournalEntry {
  account: string;
  region: string;
  agent: string;
  step: StepName;
  /** `begin` is on the disk before the first write of the step is sent. */
  phase: 'begin' | 'done' | 'failed';
  action: string;
  resource: string;
}

type Whose = Pick<JournalEntry, 'account' | 'agent' | 'region'>;

/** What deployments of this machine set out to do, and how far they came: names only, one JSON object a line. */
export interface Journal {
  write(entry: JournalEntry): void;
  /** Whether a run that finished the step, or was killed in it, made what the step makes. */
  made(whose: Whose, step: StepName): boolean;
  remove(): void;
}

/**
 * Opens a journal; a file that is not there is an empty one. Written at once and synchronously, so that a run that is
 * killed in the next instant has left its line. A last line that was cut in the middle is passed over.
 */
export function openJournal(file: URL | string): Journal {
  const path = file instanceof URL ? fileURLToPath(file) : file;
  const entries = read(path);
  return {
    write(entry) {
      entries.push(entry);
      mkdirSync(dirname(path), { recursive: true });
      const handle = openSync(path, 'a', 0o600);
      try {
        writeSync(handle, `${JSON.stringify({ at: new Date().toISOString(), ...entry })}\n`);
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
    },
    made: ({ account, region, agent }, step) => {
      const last = entries.findLast(
        (entry) =>
          entry.step === step && entry.account === account && entry.region === region && entry.agent === agent && entry.action === 'create',
      );
      return last !== undefined && last.phase !== 'failed';
    },
    remove: () => rmSync(path, { force: true }),
  };
}

function read(path: string): JournalEntry[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw asDeployError(error, `reading the journal ${path}`);
  }
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as JournalEntry];
    } catch {
      return [];
    }
  });
}
