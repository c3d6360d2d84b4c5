import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { closest, distance } from 'fastest-levenshtein';
import { HarnessError } from './errors.ts';
import type { Message } from './messages/catalog.ts';
import { t } from './messages/index.ts';
import type { Step } from './step.ts';

export const ROOT: string = fileURLToPath(new URL('../../..', import.meta.url));

/** Where runs, progress and the emulator's state are kept. */
export function stateDirectory(): string {
  return process.env['AGENTCORE_TUTORIALS_HOME'] || join(ROOT, '.agentcore-tutorials');
}

/** Where the emulator keeps the state of this project, within `stateDirectory`. */
export const EMULATOR_FOLDER = 'aws';

/** The folders under tutorials/, in order. */
export async function listStepIds(): Promise<string[]> {
  const entries = await readdir(join(ROOT, 'tutorials'), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && /^\d\d-/.test(entry.name))
    .map((entry) => entry.name)
    .sort();
}

/** The steps that build on each other, from the first to the one that cleans up. Those after it stand alone. */
export function pathOf(ids: readonly string[]): string[] {
  return ids.filter((id) => id.slice(0, 2) <= '05');
}

/** The two digits of a step, with which a command names it. */
export const numberOf = (id: string): string => id.slice(0, 2);

export const folderOf = (id: string): string => join(ROOT, 'tutorials', id);

/** The step whose folder a command was started in, if any. */
export function stepAt(folder: string, ids: readonly string[]): string | undefined {
  return dirname(folder) === join(ROOT, 'tutorials') ? ids.find((id) => id === basename(folder)) : undefined;
}

/**
 * A step by its id or its number.
 *
 * @param others Words that could have been meant as well, such as commands.
 * @throws {HarnessError} `UNKNOWN_STEP`
 */
export function findStepId(ids: readonly string[], wanted: string, others: readonly string[] = []): string {
  const found = ids.find((id) => id === wanted || numberOf(id) === wanted.padStart(2, '0'));
  if (found !== undefined) return found;
  const similar = closest(wanted, [...ids, ...others]);
  const isTypo = distance(wanted, similar) <= Math.max(1, Math.floor(wanted.length / 3));
  throw new HarnessError(
    'UNKNOWN_STEP',
    isTypo && !/^\d+$/.test(wanted) ? t('usage.step.similar', { word: wanted, similar }) : t('usage.step', { word: wanted, steps: ids }),
  );
}

export async function loadStep(id: string): Promise<Step> {
  const module = (await import(pathToFileURL(join(folderOf(id), 'src/index.ts')).href)) as { step: Step };
  return module.step;
}

/** Looks up a sentence of a tutorial. Its title and those of its exercises are known without loading the tutorial itself. */
export async function loadMessages(id: string): Promise<(messageId: string) => Message> {
  const module = (await import(pathToFileURL(join(folderOf(id), 'src/messages/index.ts')).href)) as { t: (messageId: string) => Message };
  return module.t;
}
