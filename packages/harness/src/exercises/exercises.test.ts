import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listStepIds } from '../find-steps.ts';
import { applyExercise, undoEdits } from './apply-exercise.ts';
import { findExercise, readExercises, type Exercise } from './exercise.ts';

let folder: string;
const file = 'src/index.ts';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'exercises-'));
  mkdirSync(join(folder, 'src'));
  writeFileSync(join(folder, file), 'const one = 1;\nconst two = 2;\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const source = () => readFileSync(join(folder, file), 'utf8');

const exercise = (find: string, replace: string): Exercise => ({ edits: [{ file, find, replace }] });

describe('an exercise', () => {
  test.each([
    ['a replacement', 'const one = 1;', 'const one = 3;', 'const one = 3;\nconst two = 2;\n'],
    ['an insertion', 'const one = 1;\n', 'const one = 1;\nthrow one;\n', 'const one = 1;\nthrow one;\nconst two = 2;\n'],
    ['a comment', 'const one = 1;', '// const one = 1;', '// const one = 1;\nconst two = 2;\n'],
    ['a removal of a part', 'const two = 2;\n', 'const two;\n', 'const one = 1;\nconst two;\n'],
    ['with letters of a pattern', 'one = 1', "one = '$&'", "const one = '$&';\nconst two = 2;\n"],
  ])('%s is made and undone, once', async (_, find, replace, broken) => {
    const before = source();
    const it = exercise(find, replace);
    await applyExercise(folder, it);
    expect(source()).toBe(broken);
    await expect(applyExercise(folder, it)).rejects.toMatchObject({ code: 'BROKEN_ALREADY' });
    expect(source()).toBe(broken);
    expect(await undoEdits(folder, [it])).toHaveLength(1);
    expect(source()).toBe(before);
    expect(await undoEdits(folder, [it])).toEqual([]);
  });

  test('of a file that the learner has changed is refused, and changes nothing', async () => {
    const it: Exercise = {
      edits: [...exercise('const one = 1;', 'const one = 3;').edits!, { file, find: 'const six = 6;', replace: 'const six = 7;' }],
    };
    const before = source();
    await expect(applyExercise(folder, it)).rejects.toMatchObject({ code: 'EDITED', message: expect.stringContaining('const six = 6;') });
    expect(source()).toBe(before);
  });

  test('of a file that is gone is refused, and undoing it changes nothing', async () => {
    rmSync(join(folder, file));
    const it = exercise('const one = 1;', 'const one = 3;');
    await expect(applyExercise(folder, it)).rejects.toMatchObject({ code: 'EDITED', message: expect.stringContaining(file) });
    expect(await undoEdits(folder, [it])).toEqual([]);
    expect(readdirSync(join(folder, 'src'))).toEqual([]);
  });

  test.skipIf(process.platform === 'win32')('keeps the permissions of a file, and a link to one', async () => {
    chmodSync(join(folder, file), 0o640);
    symlinkSync('index.ts', join(folder, 'src/link.ts'));
    await applyExercise(folder, { edits: [{ file: 'src/link.ts', find: 'const one = 1;', replace: 'const one = 3;' }] });
    expect(source()).toContain('const one = 3;');
    expect(statSync(join(folder, file)).mode & 0o777).toBe(0o640);
    expect(lstatSync(join(folder, 'src/link.ts')).isSymbolicLink()).toBe(true);
    expect(readdirSync(join(folder, 'src')).toSorted()).toEqual(['index.ts', 'link.ts']);
  });
});

test.each(['0', '6', 'x', '1.0'])('the number %s names no exercise', async (number) => {
  await expect(findExercise('03-deploy', number)).rejects.toMatchObject({
    code: 'UNKNOWN_EXERCISE',
    message: expect.stringContaining('Exercise 1: The permission for another key, Exercise 2'),
  });
});

test('every exercise has a title in both languages', async () => {
  for (const step of await listStepIds())
    for (const { title, number } of await readExercises(step)) {
      expect(title.in('en'), `${step} ${number}`).not.toContain('exercise.');
      expect(title.in('ko'), `${step} ${number}`).toMatch(/[가-힣]/);
    }
});
