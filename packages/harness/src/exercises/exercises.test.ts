import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { optionsOfStep } from '../parse-arguments.ts';
import { createNarrator } from '../narrator.ts';
import { applyExercise, repair } from './apply-exercise.ts';
import { breakStep } from './break-step.ts';
import { findExercise, type Exercise } from './exercise.ts';

let folder: string;
const file = 'src/index.ts';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'exercises-'));
  mkdirSync(join(folder, 'src'));
  writeFileSync(join(folder, file), 'const one = 1;\nconst two = 2;\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const source = () => readFileSync(join(folder, file), 'utf8');

const exercise = (find: string, replace: string): Exercise => ({ title: 'x', edits: [{ file, find, replace }] });

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
    expect(await repair(folder, [it])).toHaveLength(1);
    expect(source()).toBe(before);
    expect(await repair(folder, [it])).toEqual([]);
  });

  test('of a file that the learner has changed is refused, and changes nothing', async () => {
    const it: Exercise = {
      title: 'x',
      edits: [...exercise('const one = 1;', 'const one = 3;').edits!, { file, find: 'const six = 6;', replace: 'const six = 7;' }],
    };
    const before = source();
    await expect(applyExercise(folder, it)).rejects.toMatchObject({ code: 'EDITED', message: expect.stringContaining('const six = 6;') });
    expect(source()).toBe(before);
  });

  test.each(['0', '2', 'x', '1.0'])('by the number %s is not there', async (number) => {
    writeFileSync(join(folder, 'exercises.json'), JSON.stringify([{ title: 'A wrong key' }]));
    await expect(findExercise(folder, number)).rejects.toMatchObject({
      code: 'UNKNOWN_EXERCISE',
      message: `There is no exercise '${number}' here. There is: Exercise 1: A wrong key.`,
    });
    expect(await findExercise(folder, '1')).toEqual({ title: 'A wrong key' });
  });
});

test('the step gets the options of the command, and neither its number nor the exercise', () => {
  expect(optionsOfStep(['--', '03', '--break', '1', '--target', 'aws'])).toEqual(['--target', 'aws']);
  expect(optionsOfStep(['06-machine-to-machine', '--break=2', '{"prompt":"1"}', '--yes'])).toEqual(['{"prompt":"1"}', '--yes']);
});

test.each([
  [2, 'const one = 1;\nconst two = 2;\n', 'the files are as they were'],
  [1, 'const one = 3;\nconst two = 2;\n', 'Or have it done: npm start -- 03 --repair'],
])('a step that ends with %i leaves the files as they should be then', async (status, text, said) => {
  writeFileSync(
    join(folder, 'exercises.json'),
    JSON.stringify([{ title: 'x', edits: [{ file, find: 'const one = 1;', replace: 'const one = 3;' }] }]),
  );
  const lines: string[] = [];
  const say = createNarrator({ write: (line: string) => lines.push(line) } as unknown as NodeJS.WritableStream);
  // The step is the file itself: it ends as a module that imports this does.
  const argv = ['--import', `data:text/javascript,process.exit(${status})`];
  const { execArgv } = process;
  process.execArgv = [...execArgv, ...argv];
  try {
    expect(await breakStep({ folder, id: '03-deploy', number: '1', argv: [], say, command: 'npm start -- 03' })).toBe(status);
  } finally {
    process.execArgv = execArgv;
  }
  expect(source()).toBe(text);
  expect(lines.join('')).toContain(said);
});
