import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HarnessError } from '../errors.ts';
import { occurrences, type Edit, type Exercise } from './exercise.ts';

/** Changes the learner's files as the exercise says: all of them, or none. */
export async function applyExercise(folder: string, { edits = [] }: Exercise): Promise<void> {
  const texts = new Map<string, string>();
  for (const { file, find, replace } of edits) {
    const text = texts.get(file) ?? (await readFile(join(folder, file), 'utf8'));
    if (occurrences(text, replace) > occurrences(find, replace) && occurrences(text, find) <= occurrences(replace, find))
      throw new HarnessError('BROKEN_ALREADY', `${file} is broken in this way already. Repair it first: by hand, or with --repair.`);
    if (occurrences(text, find) !== 1)
      throw new HarnessError(
        'EDITED',
        `${file} is not what this exercise expects: it should hold, once, ${find} Put that back, or do the exercise by hand.`,
      );
    texts.set(
      file,
      text.replace(find, () => replace),
    );
  }
  for (const [file, text] of texts) await writeFile(join(folder, file), text);
}

/** The exercises that have an edit in these files now. */
export async function findApplied(folder: string, exercises: readonly Exercise[]): Promise<Exercise[]> {
  const applied: Exercise[] = [];
  for (const exercise of exercises) {
    const texts = await Promise.all(
      (exercise.edits ?? []).map(async (edit) => isApplied(await readFile(join(folder, edit.file), 'utf8'), edit)),
    );
    if (texts.some(Boolean)) applied.push(exercise);
  }
  return applied;
}

function isApplied(text: string, { find, replace }: Edit): boolean {
  return occurrences(text, replace) === 1 && occurrences(text, find) === occurrences(replace, find);
}

/** Undoes whatever edits of these exercises are found. Answers them. */
export async function repair(folder: string, exercises: readonly Exercise[]): Promise<Edit[]> {
  const repaired: Edit[] = [];
  for (const edit of exercises.flatMap(({ edits = [] }) => edits).toReversed()) {
    const { file, find, replace } = edit;
    const text = await readFile(join(folder, file), 'utf8');
    if (!isApplied(text, edit)) continue;
    await writeFile(
      join(folder, file),
      text.replace(replace, () => find),
    );
    repaired.push(edit);
  }
  return repaired;
}
