import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findEmulator, removeState } from '@agentcore-tutorials/emulator';
import { HarnessError } from '../errors.ts';
import { undoEdits } from '../exercises/apply-exercise.ts';
import { readExercises } from '../exercises/exercise.ts';
import { isOnAccount, MARKS_FOLDER, openMarks, type Marks } from '../exercises/marks.ts';
import { EMULATOR_FOLDER, folderOf } from '../find-steps.ts';
import { t } from '../messages/index.ts';
import type { CommandContext } from './context.ts';

/**
 * `reset`: start over. Undoes exercises, and deletes the emulator's state and what is known of runs. On an account it deletes nothing: the last step of
 * the path does that, and proves it.
 */
export async function reset({ options, directory, ids, say }: CommandContext): Promise<number> {
  if (options.target === 'aws') throw new HarnessError('USAGE', t('usage.resetAws', { command: 'npm start -- 05 --target aws' }));
  const data = join(directory, EMULATOR_FOLDER);
  const running = await findEmulator({ dataDirectory: data });
  if (running) throw new HarnessError('USAGE', t('reset.running', { pid: running.pid, command: 'npm start -- reset' }));
  const repaired: string[] = [];
  for (const id of ids)
    for (const { file } of await undoEdits(folderOf(id), await readExercises(id))) repaired.push(join('tutorials', id, file));
  for (const file of repaired) say.done(t('exercise.repairedFile'), file);
  const removed = existsSync(directory) ? readdirSync(directory).filter(isLocal) : [];
  // With its lock held: another command may be about to start.
  if (removed.includes(EMULATOR_FOLDER)) await removeState({ dataDirectory: data });
  for (const name of removed) {
    if (name === MARKS_FOLDER && !clearLocal(openMarks(directory))) continue;
    if (name !== EMULATOR_FOLDER) rmSync(join(directory, name), { recursive: true, force: true });
    say.done(t('reset.deleted'), join(directory, name));
  }
  if (repaired.length + removed.length === 0) say.about(t('reset.nothing'));
  say.next(t('run.next', { command: 'npm start -- 01' }));
  if (options.json) process.stdout.write(`${JSON.stringify({ repaired, deleted: removed })}\n`);
  return 0;
}

/** An exercise on an account stays active: what it changed still exists. Returns whether none is left. */
function clearLocal(marks: Marks): boolean {
  for (const step of marks.steps()) {
    const mark = marks.find(step);
    if (mark === undefined || !isOnAccount(mark)) marks.clear(step);
  }
  return marks.steps().length === 0;
}

const LOCAL = new Set([EMULATOR_FOLDER, MARKS_FOLDER, 'command.pid', 'progress.jsonl', 'progress.json']);

/** What is known of runs on accounts stays: their resources still exist. */
const isLocal = (name: string): boolean => LOCAL.has(name) || name.startsWith('run-local');
