import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtPackages, cliOf } from '../../testing/built.ts';
import { filesWithText } from '../support/find-text.ts';
import { machinesPath } from '../support/machines-path.ts';
import { copyInstalled } from '../support/copy-installed.ts';

export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url));

/** A learner who does what a page says, in a clone of their own, with the real npm, no pnpm, and an empty HOME. */
export interface Reader {
  /** Where everything is that this reader's commands have written. */
  home: string;
  /** The reader's clone of this repository, with everything installed. */
  clone: string;
  /** Whatever a command has said so far. */
  said(): string;
  /** Files with a text in them: of the tutorials' state, of HOME, and temporary ones. */
  filesWith(text: string): string[];
  /** The folder that the page is in, in the reader's clone. */
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
  /** Beside the reader's own environment variables. */
  env?: Readonly<Record<string, string>>;
  /** A package's page: its blocks that have a file's name (```ts agent.ts) are files in its folder then, and the package can be imported there. */
  page?: string;
}

export function newReader({ env: more = {}, page }: ReaderOptions = {}): Reader {
  const base = mkdtempSync(join(tmpdir(), 'reader-'));
  const clone = join(base, 'clone');
  for (const name of ['home', 'tmp', 'bin']) mkdirSync(join(base, name));
  // Programs of packages that are not published yet: here they are on PATH, as they would be after their installation.
  for (const [name, cli] of [
    ['agentcore-local', cliOf('emulator')],
    ['agentcore-deploy', cliOf('deploy')],
  ] as const)
    script(join(base, 'bin', name), `exec '${process.execPath}' '${cli}' "$@"`);
  const isPackage = page?.startsWith('packages/') ?? false;
  // A package's page is for a project without a clone.
  if (page !== undefined && isPackage) writePage(page, join(base, 'page'));
  else copyInstalled(ROOT, clone);
  const background: ChildProcess[] = [];
  let everything = '';
  const env = {
    // The machine's own Node and npm, and no pnpm. A package's page is for a machine with a Node that runs TypeScript.
    PATH: [join(base, 'bin'), ...(isPackage ? [dirname(process.execPath)] : []), ...machinesPath()].join(delimiter),
    HOME: join(base, 'home'),
    // Whether there is a newer npm depends on the day.
    npm_config_update_notifier: 'false',
    TMPDIR: join(base, 'tmp'),
    NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/node-compile'),
    ...builtPackages,
    ...more,
  };
  return {
    home: base,
    clone,
    said: () => everything,
    filesWith: (text) =>
      [join(clone, '.agentcore-tutorials'), join(base, 'home'), join(base, 'tmp')].flatMap((folder) => filesWithText(folder, text)),
    folderOf(readme) {
      if (readme === page && isPackage) return join(base, 'page');
      return join(clone, dirname(readme));
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
          resolve({ status, output: withoutBanner(output) });
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

/** npm announces each script that it runs. The pages do not repeat that. */
const withoutBanner = (output: string) => output.replaceAll(/^\n> \S+@\S+ \S+\n> .*\n\n/gm, '');

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
