import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { HarnessError } from './errors.ts';
import type { Step } from './step.ts';

export const ROOT: string = fileURLToPath(new URL('../../..', import.meta.url));

/** Where runs, progress and the emulator's state are kept. */
export function stateDirectory(): string {
  return process.env['AGENTCORE_TUTORIALS_HOME'] ?? join(ROOT, '.agentcore-tutorials');
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

/** A step by its id or its number. */
export function findStepId(ids: readonly string[], wanted: string): string {
  const found = ids.find((id) => id === wanted || id.slice(0, 2) === wanted.padStart(2, '0'));
  if (found === undefined) throw new HarnessError('UNKNOWN_STEP', `There is no step '${wanted}'. There is: ${ids.join(', ')}.`);
  return found;
}

export async function loadStep(id: string): Promise<Step> {
  const module = (await import(pathToFileURL(join(ROOT, 'tutorials', id, 'src', 'index.ts')).href)) as { step: Step };
  return module.step;
}
