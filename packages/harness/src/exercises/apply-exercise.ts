import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HarnessError } from '../errors.ts';
import { t } from '../messages/index.ts';
import { occurrences, type Edit, type Exercise } from './exercise.ts';
import { replaceFile } from '../whole-file.ts';

/**
 * Changes the learner's files as the exercise says: all of them, or none.
 *
 * @throws {HarnessError} `BROKEN_ALREADY`, `EDITED`
 */
export async function applyExercise(folder: string, { edits = [] }: Pick<Exercise, 'edits'>): Promise<void> {
  const texts = new Map<string, string>();
  for (const { file, find, replace } of edits) {
    const text = texts.get(file) ?? (await readText(folder, file));
    if (text === undefined) throw new HarnessError('EDITED', t('exercise.missing', { file }));
    if (occurrences(text, replace) > occurrences(find, replace) && occurrences(text, find) <= occurrences(replace, find))
      throw new HarnessError('BROKEN_ALREADY', t('exercise.brokenAlready', { file }));
    if (occurrences(text, find) !== 1) throw new HarnessError('EDITED', t('exercise.edited', { file, find: find.trim() }));
    texts.set(
      file,
      text.replace(find, () => replace),
    );
  }
  for (const [file, text] of texts) replaceFile(join(folder, file), text);
}

/** Whether an edit of the exercise is in these files now. */
export async function isInFiles(folder: string, { edits = [] }: Pick<Exercise, 'edits'>): Promise<boolean> {
  const found = await Promise.all(edits.map(async (edit) => isApplied((await readText(folder, edit.file)) ?? '', edit)));
  return found.some(Boolean);
}

function isApplied(text: string, { find, replace }: Edit): boolean {
  return occurrences(text, replace) === 1 && occurrences(text, find) === occurrences(replace, find);
}

/** `undefined`: the learner has deleted or renamed it. */
async function readText(folder: string, file: string): Promise<string | undefined> {
  try {
    return await readFile(join(folder, file), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Undoes the edits of these exercises that are in the files. Returns them. */
export async function undoEdits(folder: string, exercises: readonly Pick<Exercise, 'edits'>[]): Promise<Edit[]> {
  const undone: Edit[] = [];
  for (const edit of exercises.flatMap(({ edits = [] }) => edits).toReversed()) {
    const { file, find, replace } = edit;
    const text = await readText(folder, file);
    if (text === undefined || !isApplied(text, edit)) continue;
    replaceFile(
      join(folder, file),
      text.replace(replace, () => find),
    );
    undone.push(edit);
  }
  return undone;
}
