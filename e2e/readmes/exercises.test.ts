import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyExercise, readExercises, undoEdits } from '@agentcore-tutorials/harness/exercises';
import { afterAll, describe, expect, test } from 'vitest';
import { parseBlocks } from './parse-blocks.ts';
import { newReader, ROOT } from './reader.ts';

const TUTORIALS = readdirSync(join(ROOT, 'tutorials')).filter((id) => /^\d\d-/.test(id));
const reader = newReader();
afterAll(() => reader.leave());

describe.each(TUTORIALS)('%s', (id) => {
  const folder = reader.folderOf(`tutorials/${id}/README.md`);
  const blocks = parseBlocks(readFileSync(join(folder, 'README.md'), 'utf8'));

  test('has three ways to break it or more, each of them in a block that is run', () => {
    expect(blocks.length - 1).toBeGreaterThanOrEqual(3);
  });

  test('tells of each exercise, and of none that there is not', async () => {
    const exercises = await readExercises(id);
    const told = blocks.flatMap(({ commands }) => commands.map(({ command }) => /--break (\d+)/.exec(command)?.[1])).filter(Boolean);
    expect(told).toEqual(exercises.map((_, index) => String(index + 1)));
  });

  test('every exercise changes what it says, is noticed when it is done twice, and is undone', async () => {
    const exercises = await readExercises(id);
    const source = () =>
      readdirSync(join(folder, 'src'))
        .filter((name) => name.endsWith('.ts'))
        .map((name) => readFileSync(join(folder, 'src', name), 'utf8'));
    const before = source();
    for (const exercise of exercises) {
      if (!exercise.edits) continue;
      await applyExercise(folder, exercise);
      expect(source(), exercise.title.in('en')).not.toEqual(before);
      await expect(applyExercise(folder, exercise), exercise.title.in('en')).rejects.toMatchObject({ code: 'BROKEN_ALREADY' });
      expect(await undoEdits(folder, exercises)).toHaveLength(exercise.edits.length);
      expect(source(), exercise.title.in('en')).toEqual(before);
    }
    expect(await undoEdits(folder, exercises)).toEqual([]);
  });
});
