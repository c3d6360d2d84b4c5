import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Narrator } from '../narrator.ts';
import { applyExercise, repair } from './apply-exercise.ts';
import { findExercise, readExercises, type Edit } from './exercise.ts';

export interface BreakStepOptions {
  /** The tutorial's folder. */
  folder: string;
  /** Of the exercise, from 1. */
  number: string;
  /** The other arguments of the command, for the step. */
  argv: readonly string[];
  say: Narrator;
  id: string;
  /** How the step is started: `npm start -- 03`. */
  command: string;
}

/** Does an exercise: changes what it changes, and runs the step as it is then. Answers the exit status of the step. */
export async function breakStep({ folder, id, number, argv, say, command }: BreakStepOptions): Promise<number> {
  const { title, edits = [], env = {}, args = [] } = await findExercise(folder, number);
  await applyExercise(folder, { title, edits });
  say.heading(`Exercise ${number}: ${title}`);
  for (const edit of edits) showEdit(edit, say);
  const settings = Object.entries(env).map(([name, value]) => `${name}=${value} `);
  if (edits.length === 0) say.about(`$ ${settings.join('')}${command}${args.map((arg) => ` '${arg}'`).join('')}`);
  // A process of its own: this one has loaded the files as they were.
  const status = await run([...process.execArgv, CLI, id, ...argv, ...args], { ...process.env, ...env });
  if (edits.length > 0 && status === MISUSED) {
    await repair(folder, [{ title, edits }]);
    say.about('The step could not begin, and so the exercise could not either: the files are as they were.');
  } else if (edits.length > 0) say.about(`Your turn: put it right again, and run it. Or have it done: ${command} --repair`);
  return status;
}

/** Of this repository, on the Node that runs already. */
const CLI: string = fileURLToPath(new URL('../cli.ts', import.meta.url));

/** The exit status of a step that has done nothing: something has to be run before it, or a setting is missing. */
const MISUSED = 2;

/** Undoes every exercise of a tutorial. */
export async function repairStep({ folder, say }: Pick<BreakStepOptions, 'folder' | 'say'>): Promise<void> {
  const repaired = await repair(folder, await readExercises(folder));
  for (const { file, find, replace } of repaired) showEdit({ file, find: replace, replace: find }, say);
  say.about(repaired.length > 0 ? 'Repaired.' : 'No exercise is left in these files: nothing was changed.');
}

function showEdit({ file, find, replace }: Edit, say: Narrator): void {
  const [before, after] = [find.trim().split('\n'), replace.trim().split('\n')];
  const lines = (sign: string, text: readonly string[], other: readonly string[]) =>
    text.filter((line) => !other.includes(line)).map((line) => `${sign} ${line.trim()}`);
  say.about(file);
  say.show([...lines('-', before, after), ...lines('+', after, before)].join('\n'));
}

function run(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(process.execPath, argv, { stdio: 'inherit', env });
  // The signal of a terminal reaches the child by itself; any other has to be passed on.
  const pass = (signal: NodeJS.Signals) => child.kill(signal);
  process.on('SIGINT', ignore).on('SIGTERM', pass).on('SIGHUP', pass);
  return new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve(status ?? 128 + constants.signals[signal ?? 'SIGTERM']));
  }).finally(() => process.off('SIGINT', ignore).off('SIGTERM', pass).off('SIGHUP', pass));
}

function ignore(): void {}
