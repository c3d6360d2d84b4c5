import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asDeployError } from '../aws/aws-error.ts';
import type { StepName } from './events.ts';

export interface JournalEntry {
  /** When, in ISO 8601. */
  at?: string;
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
  /**
   * Whether a run that finished the step, or was killed in it, made what the step makes. What was created at another time is
   * something else of the same name.
   */
  made(whose: Whose, step: StepName, createdAt?: Date): boolean;
  /** Takes out what is noted of one agent; the file goes with the last. */
  remove(whose: Whose): void;
}

/** As far as the clocks of this machine and of AWS may differ, and a step may take. */
const tolerance = 15 * 60_000;

/**
 * Opens a journal; a file that is not there is an empty one. Written at once and synchronously, so that a run that is
 * killed in the next instant has left its line. A last line that was cut in the middle is passed over.
 */
export function openJournal(file: URL | string): Journal {
  const path = file instanceof URL ? fileURLToPath(file) : file;
  const entries = read(path);
  return {
    write(written) {
      const entry = { at: new Date().toISOString(), ...written };
      entries.push(entry);
      mkdirSync(dirname(path), { recursive: true });
      const handle = openSync(path, 'a', 0o600);
      try {
        writeSync(handle, `${JSON.stringify(entry)}\n`);
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
    },
    made: (whose, step, createdAt) => {
      const last = entries.findLast((entry) => entry.step === step && entry.action === 'create' && isOf(whose, entry));
      if (last === undefined || last.phase === 'failed') return false;
      return createdAt === undefined || last.at === undefined || Math.abs(createdAt.getTime() - Date.parse(last.at)) <= tolerance;
    },
    remove: (whose) => {
      const others = entries.filter((entry) => !isOf(whose, entry));
      if (others.length === 0) return rmSync(path, { force: true });
      const draft = `${path}.${process.pid}`;
      writeFileSync(draft, others.map((entry) => `${JSON.stringify(entry)}\n`).join(''), { mode: 0o600 });
      renameSync(draft, path);
    },
  };
}

function isOf({ account, region, agent }: Whose, entry: JournalEntry): boolean {
  return entry.account === account && entry.region === region && entry.agent === agent;
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
