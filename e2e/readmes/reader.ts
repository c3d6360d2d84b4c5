import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url));

/** Somebody who does what a README says: in a copy of the tutorials, so that files can be broken, and with state of their own. */
export interface Reader {
  /** Where everything is that this reader's commands have written. */
  home: string;
  /** Whatever a command has said so far. */
  said(): string;
  /** Where the tutorial's copy is, or, for any other README, the folder that it is in. */
  folderOf(readme: string): string;
  run(command: string, folder: string, timeoutSeconds: number): Promise<Said>;
  /** A command that ends in ` &`: answers once it has said that many lines. It is ended with the reader. */
  start(command: string, folder: string, lines: number): Promise<Said>;
  leave(): Promise<void>;
}

export interface Said {
  status: number | null;
  output: string;
}

export interface ReaderOptions {
  /** Tutorials to copy. */
  tutorials?: readonly string[];
  /** Beside the reader's own environment variables. */
  env?: Readonly<Record<string, string>>;
  /** A package's page: its blocks that have a file's name (```ts agent.ts) are files in its folder then, and the package can be imported there. */
  page?: string;
}

export function newReader({ tutorials = [], env: more = {}, page }: ReaderOptions): Reader {
  const base = mkdtempSync(join(tmpdir(), 'reader-'));
  for (const id of tutorials) {
    const [from, to] = [join(ROOT, 'tutorials', id), join(base, 'tutorials', id)];
    cpSync(from, to, { recursive: true, filter: (path) => path !== join(from, 'node_modules') });
    symlinkSync(join(from, 'node_modules'), join(to, 'node_modules'));
  }
  for (const name of ['home', 'tmp', 'bin']) mkdirSync(join(base, name));
  // What these two commands start, without the seconds that they take to find that out. The end-to-end tests run the real ones.
  script(join(base, 'bin', 'pnpm'), '[ "$1" = start ] || { echo "not in a test: pnpm $*"; exit 1; }\nshift\nexec node src/index.ts "$@"');
  script(
    join(base, 'bin', 'npm'),
    `[ "$1" = start ] || { echo "not in a test: npm $*"; exit 1; }\nshift\nexec node '${ROOT}packages/harness/launch.mjs' "$@"`,
  );
  for (const [name, cli] of [
    ['agentcore-local', 'packages/emulator/src/cli.ts'],
    ['agentcore-deploy', 'packages/deploy/src/cli.ts'],
  ] as const)
    script(join(base, 'bin', name), `exec node '${ROOT}${cli}' "$@"`);
  if (page !== undefined) writePage(page, join(base, 'page'));
  const background: ChildProcess[] = [];
  let everything = '';
  const env = {
    PATH: [join(base, 'bin'), dirname(process.execPath), process.env['PATH']].join(':'),
    HOME: join(base, 'home'),
    TMPDIR: join(base, 'tmp'),
    NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/node-compile'),
    AGENTCORE_TUTORIALS_HOME: join(base, '.agentcore-tutorials'),
    ...more,
  };
  return {
    home: base,
    said: () => everything,
    folderOf(readme) {
      if (readme === page) return join(base, 'page');
      return readme.startsWith('tutorials/') ? join(base, dirname(readme)) : join(ROOT, dirname(readme));
    },
    run: (command, cwd, timeoutSeconds) =>
      new Promise((resolve, reject) => {
        const child = spawn('bash', ['-c', `exec 2>&1\n${command}`], {
          cwd,
          env,
          stdio: ['ignore', 'pipe', 'inherit'],
          timeout: timeoutSeconds * 1000,
        });
        let output = '';
        child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
        child.once('error', reject);
        child.once('close', (status) => {
          everything += output;
          resolve({ status, output });
        });
      }),
    start: (command, cwd, lines) =>
      new Promise((resolve, reject) => {
        const child = spawn('bash', ['-c', `exec 2>&1\nexec ${command.replace(/ &$/, '')}`], {
          cwd,
          env,
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        background.push(child);
        let output = '';
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          output += text;
          if (output.split('\n').length > lines) resolve({ status: 0, output });
        });
        child.once('error', reject);
        child.once('close', (status) => resolve({ status, output }));
      }),
    async leave() {
      await Promise.all(
        background.map(async (child) => {
          if (child.exitCode !== null || child.signalCode !== null) return;
          const closed = once(child, 'close');
          child.kill();
          await closed;
        }),
      );
      rmSync(base, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function writePage(page: string, folder: string): void {
  const home = join(ROOT, dirname(page));
  mkdirSync(join(folder, 'node_modules', '@agentcore-tutorials'), { recursive: true });
  symlinkSync(home, join(folder, 'node_modules', '@agentcore-tutorials', basename(home)));
  for (const name of readdirSync(join(home, 'node_modules')))
    if (!name.startsWith('.') && !name.startsWith('@agentcore-tutorials'))
      symlinkSync(join(home, 'node_modules', name), join(folder, 'node_modules', name));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const markdown = readFileSync(join(ROOT, page), 'utf8');
  for (const [, name = '', code = ''] of markdown.matchAll(/^```ts ([\w.-]+)\n([\s\S]*?)^```$/gm)) writeFileSync(join(folder, name), code);
}

function script(file: string, text: string): void {
  writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
}
