import { existsSync, lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline/promises';
import { ROOT } from './places.mjs';

/** Between creating a temporary directory and marking it as in use an emulator needs far less. */
const STARTING_MS = 60_000;

/**
 * `npm start -- uninstall`: lists what the project keeps outside of the clone, asks, and removes it. It works without an installation.
 *
 * @returns {Promise<number>} the exit status
 */
export async function uninstall({ argv, message }) {
  const unknown = findUnknown(argv.filter((text) => text !== '--'));
  if (unknown !== undefined) {
    process.stderr.write(`${message('uninstallUsage', { argument: unknown })}\n`);
    return 2;
  }
  const say = (id, values) => process.stdout.write(`${message(id, values)}\n`);
  const found = findOutside(process.env);
  const removable = found.filter(({ pid }) => pid === undefined);
  say(found.length === 0 ? 'nothingOutside' : 'outside');
  for (const { path, bytes, pid } of found) {
    process.stdout.write(`  ${`${(bytes / 1e6).toFixed(1)} MB`.padStart(10)}  ${path}\n`);
    if (pid !== undefined) process.stdout.write(`${' '.repeat(14)}${message('inUse', { pid })}\n`);
  }
  if (removable.length > 0) {
    if (!(await isConfirmed(argv, message))) say('kept');
    else {
      for (const { path } of removable) rmSync(path, { recursive: true, force: true, maxRetries: 3 });
      say('removed');
    }
  }
  say('removeClone', { size: Math.round(sizeOf(ROOT, new Set()) / 1e6), folder: resolve(ROOT) });
  return found.length > removable.length ? 1 : 0;
}

/** Wherever its options are. What asks for help, or begins with another word, is for the tutorials' command line. */
export function isUninstall(argv) {
  const [first] = argv.filter((text, index) => !text.startsWith('-') && argv[index - 1] !== '--lang');
  return first === 'uninstall' && !argv.includes('--help') && !argv.includes('-h');
}

function findUnknown(argv) {
  const isLanguage = (text) => text === 'en' || text === 'ko';
  return argv.find((text, index) => {
    if (argv[index - 1] === '--lang') return !isLanguage(text);
    if (text === '--lang') return !isLanguage(argv[index + 1]);
    return !['uninstall', '--yes', '-y', '--lang=en', '--lang=ko'].includes(text);
  });
}

async function isConfirmed(argv, message) {
  if (argv.includes('--yes') || argv.includes('-y')) return true;
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    process.stdout.write(`${message('listedOnly')}\n`);
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const interrupted = new Promise((done) => terminal.once('close', () => done(undefined)));
  const answer = await Promise.race([terminal.question(message('question')), interrupted]);
  if (answer === undefined) process.stdout.write('\n');
  terminal.close();
  return /^(?:y|yes|예|네)$/i.test(answer?.trim() ?? '');
}

/** The state of emulators: of `agentcore-local`, of a folder that the user chose, and of emulators that were killed. */
function findOutside(env) {
  const folders = [join(homedir(), '.agentcore-local')].filter((path) => existsSync(join(path, 'state.sqlite')));
  const chosen = env.AGENTCORE_TUTORIALS_HOME && resolve(env.AGENTCORE_TUTORIALS_HOME);
  if (chosen && existsSync(chosen) && relative(ROOT, chosen).startsWith('..') && isState(chosen)) folders.push(chosen);
  return [...folders, ...leftoversIn(tmpdir())].map((path) => ({ path, bytes: sizeOf(path, new Set()), pid: findUser(path) }));
}

/** What the tutorials write, beside the state of runs. */
const STATE = new Set(['aws', 'exercises', 'command.pid', 'progress.json', 'progress.jsonl']);

/** Only what the tutorials write: the folder may be one that the user also keeps other things in. */
function isState(folder) {
  return readdirSync(folder).every((name) => STATE.has(name) || /^run-.*\.json(?:\.\d+\.tmp)?$/.test(name));
}

function leftoversIn(folder) {
  return readdirSync(folder)
    .filter((name) => /^agentcore-local-\w{6}$/.test(name))
    .map((name) => join(folder, name))
    .filter((path) => {
      const { uid, mtimeMs } = lstatSync(path);
      return uid === (process.getuid?.() ?? uid) && Date.now() - mtimeMs > STARTING_MS && existsSync(join(path, 'ephemeral'));
    });
}

/** The process of the emulator that works on a folder. */
function findUser(path) {
  for (const file of [join(path, 'emulator.json'), join(path, 'aws', 'emulator.json')])
    try {
      const { pid } = JSON.parse(readFileSync(file, 'utf8'));
      process.kill(pid, 0);
      return pid;
    } catch {
      // No emulator, or one that was killed.
    }
  return undefined;
}

/** What the disk holds: a file with several names counts once. */
function sizeOf(path, seen) {
  const { ino, nlink, size, blocks } = lstatSync(path);
  if (nlink > 1 && seen.has(ino)) return 0;
  seen.add(ino);
  const own = blocks === undefined ? size : blocks * 512;
  return lstatSync(path).isDirectory() ? readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name), seen), own) : own;
}
