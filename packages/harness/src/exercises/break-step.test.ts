import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createNarrator } from '../narrator.ts';
import { breakStep } from './break-step.ts';
import { findActive } from './find-active.ts';
import { MARKS_FOLDER, openMarks } from './marks.ts';
import { repair } from './repair.ts';
import type { StartStep } from './start-step.ts';

// Exercise 1 of this tutorial changes no file: what it did is known from its mark alone.
const step = '02-create-provider';
const say = createNarrator({ out: new PassThrough().resume() });
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'marks-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Ends as it is told, and keeps what it was started with. */
function starter(...statuses: number[]) {
  const started: { args: readonly string[]; quiet: boolean }[] = [];
  const start: StartStep = async (args, { quiet = false }) => {
    started.push({ args, quiet });
    return { status: statuses.shift() ?? 0, output: '' };
  };
  return { start, started };
}

function doExercise(start: StartStep, where: string[] = []): Promise<number> {
  return breakStep({ step, number: '1', options: where, where, repairing: [], say, marks: openMarks(directory), start });
}

describe('an exercise that has changed resources', () => {
  test('stays active when the same one cannot start later', async () => {
    const { start } = starter(0, 2);
    await doExercise(start);
    expect(await doExercise(start)).toBe(2);
    expect(await findActive(openMarks(directory), [step])).toMatchObject([{ number: 1, where: [] }]);
  });

  test('is not active when it could not start', async () => {
    await doExercise(starter(2).start);
    expect(await findActive(openMarks(directory), [step])).toEqual([]);
  });

  test('is repaired where it was done before it is done elsewhere', async () => {
    const { start, started } = starter();
    await doExercise(start, ['--run', '0a1b2c']);
    await doExercise(start, ['--run', 'abcdef']);
    expect(started.map(({ args }) => args.join(' '))).toEqual(['02 --run 0a1b2c', '02 --run 0a1b2c', '02 --run abcdef']);
    expect(openMarks(directory).find(step)).toEqual({ number: 1, where: ['--run', 'abcdef'] });
  });

  test.each([
    [[], [], true],
    [['--target', 'aws'], [], false],
    [['--target', 'aws'], ['--yes'], true],
    [['--target', 'aws', '--yes'], [], true],
  ])('on %j is repaired with %j: quiet is %s, because what is quiet cannot ask', async (where, options, quiet) => {
    const marks = openMarks(directory);
    marks.set(step, { number: 1, where });
    const { start, started } = starter();
    await repair(await findActive(marks, [step]), { say, marks, start, options, showEdits: true });
    expect(started).toEqual([{ args: ['02', ...where, ...options], quiet }]);
    expect(marks.steps()).toEqual([]);
  });
});

test.each(['', 'null', '{}', '[]', '{"number":1}', '{"number":1,"where":"abc"}', '{"number":"1","where":[]}', '{"number":1,"where":[7]}'])(
  'a mark that holds %j is none',
  async (text) => {
    const marks = openMarks(directory);
    marks.set(step, { number: 1, where: [] });
    expect(readdirSync(join(directory, MARKS_FOLDER))).toEqual([`${step}.json`]);
    writeFileSync(join(directory, MARKS_FOLDER, `${step}.json`), text);
    expect(await findActive(marks, [step])).toEqual([]);
  },
);
