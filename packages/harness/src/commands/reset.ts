import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findEmulator, removeState } from '@agentcore-tutorials/emulator';
import { HarnessError } from '../errors.ts';
import { repair } from '../exercises/apply-exercise.ts';
import { readExercises } from '../exercises/exercise.ts';
import { EMULATOR_FOLDER, listStepIds, ROOT, stateDirectory } from '../find-steps.ts';
import { shellWord } from '../shell-word.ts';
import { narratorFor, parseCommand } from './with-target.ts';

/**
 * `reset`: as if nothing had been done. Repairs exercises, and deletes the emulator's state and what is known of runs. On an account it deletes
 * nothing: what is there is deleted by the last step, which proves it.
 */
export async function reset(argv: readonly string[]): Promise<number> {
  const options = parseCommand(argv);
  if (options.target === 'aws')
    throw new HarnessError('USAGE', 'reset is for this machine. On an account, delete what a run made by: npm start -- 05 --target aws');
  const say = await narratorFor(options);
  const directory = stateDirectory();
  const running = await findEmulator({ dataDirectory: join(directory, EMULATOR_FOLDER) });
  if (running)
    throw new HarnessError(
      'USAGE',
      `An emulator works on this state (process ${running.pid}). Stop it first; or keep it running, and empty it alone: agentcore-local reset --data ${shellWord(join(directory, EMULATOR_FOLDER))}`,
    );
  const repaired: string[] = [];
  for (const id of await listStepIds()) {
    const folder = join(ROOT, 'tutorials', id);
    for (const { file } of await repair(folder, await readExercises(folder))) repaired.push(join('tutorials', id, file));
  }
  for (const file of repaired) say.done('repaired', file);
  const removed = existsSync(directory) ? readdirSync(directory).filter(isLocal) : [];
  // With its lock held: another command may be about to begin.
  if (removed.includes(EMULATOR_FOLDER)) await removeState({ dataDirectory: join(directory, EMULATOR_FOLDER) });
  for (const name of removed) {
    if (name !== EMULATOR_FOLDER) rmSync(join(directory, name), { recursive: true, force: true });
    say.done('deleted', join(directory, name));
  }
  if (repaired.length + removed.length === 0) say.about('There was nothing to reset.');
  if (options.json) process.stdout.write(`${JSON.stringify({ repaired, deleted: removed })}\n`);
  return 0;
}

/** What is known of runs on accounts stays: they are still there. */
const isLocal = (name: string): boolean => name === EMULATOR_FOLDER || name === 'progress.json' || name.startsWith('run-local');
