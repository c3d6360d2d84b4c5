import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { machinesPath } from '../support/machines-path.ts';

const ROOT: string = fileURLToPath(new URL('../..', import.meta.url));

export interface Finished {
  status: number | null;
  stdout: string;
  stderr: string;
}

export interface Started {
  child: ChildProcess;
  finished: Promise<Finished>;
  /** Resolves when standard error has the text; rejects when the process ends before. */
  until(text: string): Promise<void>;
}

/** A newcomer's clone: the files of this repository, committed, with nothing installed, an empty HOME, and the machine's own npm. */
export interface Clone {
  folder: string;
  home: string;
  /** A command line, in a folder of the clone. It leads a process group of its own, as in a terminal. */
  start(command: string, options?: { folder?: string; env?: Record<string, string> }): Started;
  run(command: string, options?: { folder?: string; env?: Record<string, string> }): Promise<Finished>;
  remove(): void;
}

/** @param offline take packages from this repository's store, and pnpm from its installation */
export function newClone({ offline = true }: { offline?: boolean } = {}): Clone {
  const base = mkdtempSync(join(tmpdir(), 'clone-'));
  const [folder, home, temporary] = [join(base, 'clone'), join(base, 'home'), join(base, 'tmp')];
  for (const path of [home, temporary]) mkdirSync(path);
  checkOut(commitEverything(join(base, 'index')), folder);
  if (offline) {
    mkdirSync(join(folder, '.install/pnpm/node_modules'), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules/pnpm'), join(folder, '.install/pnpm/node_modules/pnpm'));
  }
  const environment = {
    // The machine's Node and npm, and not those that this repository has installed.
    PATH: machinesPath().join(delimiter),
    HOME: home,
    TMPDIR: temporary,
    ...(offline ? { pnpm_config_store_dir: join(ROOT, '.install/store') } : {}),
    ...pick('npm_config_registry', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'HTTPS_PROXY', 'NO_PROXY'),
  };
  const start: Clone['start'] = (command, { folder: where = '.', env = {} } = {}) =>
    watch(spawn(command, { cwd: join(folder, where), env: { ...environment, ...env }, shell: true, detached: true }));
  return {
    folder,
    home,
    start,
    run: (command, options) => start(command, options).finished,
    remove: () => rmSync(base, { recursive: true, force: true, maxRetries: 5 }),
  };
}

const git = (args: readonly string[], env: Record<string, string> = {}): string =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  }).trim();

const gitPath = (name: string): string => resolve(ROOT, git(['rev-parse', '--git-path', name]));

/** A commit of everything that is in the repository's folder now and not ignored. No branch leads to it, and the index stays as it is. */
function commitEverything(index: string): string {
  copyFileSync(gitPath('index'), index);
  const env = { GIT_INDEX_FILE: index };
  git(['add', '--all'], env);
  return git(['commit-tree', git(['write-tree'], env), '-m', 'clone']);
}

/** Its objects are read where they are. */
function checkOut(commit: string, folder: string): void {
  git(['init', '--quiet', folder]);
  writeFileSync(join(folder, '.git/objects/info/alternates'), `${gitPath('objects')}\n`);
  git(['-C', folder, 'reset', '--quiet', '--hard', commit]);
}

function watch(child: ChildProcess): Started {
  let stdout = '';
  let stderr = '';
  const waiting = new Set<() => void>();
  child.stdin?.end();
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const look of waiting) look();
  });
  const finished = new Promise<Finished>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, stdout, stderr }));
  });
  return {
    child,
    finished,
    until: (text) =>
      new Promise((resolve, reject) => {
        const look = () => stderr.includes(text) && resolve();
        waiting.add(look);
        look();
        void finished.then(() => reject(new Error(`ended without '${text}': ${stderr}`)));
      }),
  };
}

function pick(...names: string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}
