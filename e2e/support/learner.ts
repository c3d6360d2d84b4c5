import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtPackages, cliOf } from '../../testing/built.ts';
import { copyInstalled } from './copy-installed.ts';

const ROOT: string = fileURLToPath(new URL('../..', import.meta.url));

export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
  /** Both, for what must be in neither. */
  all: string;
}

export interface Running {
  child: ChildProcess;
  /** Sends a signal to the process group that the child leads. */
  signalGroup(signal: NodeJS.Signals): void;
  ended: Promise<Ended>;
  /** Resolves when standard output has the text; rejects when the process ends before. */
  until(text: string): Promise<void>;
}

/** Somebody at a machine of their own: an empty HOME, no AWS settings, a place for temporary files that can be looked through. */
export interface Learner {
  home: string;
  temporary: string;
  /** `npm start` in the folder of a tutorial. */
  step(id: string, args?: string[], env?: Record<string, string>): Promise<Ended>;
  /** The leader of a process group of its own, as a shell starts it: Ctrl-C goes to the whole group. */
  startStep(id: string, args?: string[], env?: Record<string, string>): Running;
  /** `npm start -- ARGS` at the root. */
  npmStart(args: string[], env?: Record<string, string>): Promise<Ended>;
  /** `detached`: as the leader of a process group of its own, as a shell starts it. */
  startNpmStart(args: string[], env?: Record<string, string>, options?: { detached?: boolean }): Running;
  /** A program of this repository, from its root. */
  node(args: string[], env?: Record<string, string>): Promise<Ended>;
  agentcoreLocal(args: string[], env?: Record<string, string>): Promise<Ended>;
  /** What the learner's processes left running, as command lines. */
  processes(): string[];
  leave(): void;
}

/** @param clone Whether the learner works in a clone of their own, which exercises may change. Otherwise it is this repository, which nobody changes. */
export function newLearner({ clone = false }: { clone?: boolean } = {}): Learner {
  const base = mkdtempSync(join(tmpdir(), 'learner-'));
  const root = clone ? join(base, 'clone') : ROOT;
  if (clone) copyInstalled(ROOT, root);
  const home = join(base, 'home');
  const temporary = join(base, 'tmp');
  mkdirSync(home);
  mkdirSync(temporary);
  const environment = (extra: Record<string, string>) => ({
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    TMPDIR: temporary,
    NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/node-compile'),
    AGENTCORE_TUTORIALS_HOME: join(base, 'state'),
    ...builtPackages,
    ...extra,
  });
  const run = (args: string[], cwd: string, env: Record<string, string> = {}, { detached = false } = {}) =>
    start(spawn(process.execPath, args, { cwd, env: environment(env), stdio: ['ignore', 'pipe', 'pipe'], detached }));
  const startStep: Learner['startStep'] = (id, args = [], env) =>
    run(['../../packages/harness/launch.mjs', ...args], join(root, 'tutorials', id), env, { detached: true });
  const startNpmStart: Learner['startNpmStart'] = (args, env, options) => run(['packages/harness/launch.mjs', ...args], root, env, options);
  return {
    home: base,
    temporary,
    startStep,
    step: (id, args, env) => startStep(id, args, env).ended,
    startNpmStart,
    npmStart: (args, env) => startNpmStart(args, env).ended,
    node: (args, env) => run(args, root, env).ended,
    agentcoreLocal: (args, env) => run([cliOf('emulator'), ...args], ROOT, env).ended,
    processes: () => processesThatMention(base),
    leave: () => rmSync(base, { recursive: true, force: true, maxRetries: 5 }),
  };
}

function start(child: ChildProcess): Running {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, stdout, stderr, all: stdout + stderr }));
  });
  return {
    child,
    signalGroup: (signal) => void (child.pid && process.kill(-child.pid, signal)),
    ended,
    until: (text) =>
      new Promise((resolve, reject) => {
        const look = () => stdout.includes(text) && resolve();
        child.stdout?.on('data', look);
        child.once('close', () => reject(new Error(`it ended without saying '${text}':\n${stdout}${stderr}`)));
        look();
      }),
  };
}

/** By command line, working directory or environment: a process that has lost its parent is found as well. */
export function processesThatMention(path: string): string[] {
  if (process.platform !== 'linux') return [];
  const mentions = (pid: string) => {
    const parts = ['cmdline', 'environ'].map((name) => attempt(() => readFileSync(`/proc/${pid}/${name}`, 'utf8')));
    return [...parts, attempt(() => readlinkSync(`/proc/${pid}/cwd`))].some((text) => text.includes(path));
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && mentions(name))
    .map((pid) => attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' '))
    .filter(Boolean);
}

/** A process may end while it is looked at. */
function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
