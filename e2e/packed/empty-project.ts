import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '..', '..');
const BIN = join(ROOT, 'node_modules', '.bin');

/** The packages that npm gets. */
export const PUBLISHED = ['deploy', 'emulator', 'identity', 'runtime'] as const;

export interface Ran {
  status: number;
  /** Standard output and error. */
  all: string;
  stdout: string;
}

export interface EmptyProject {
  directory: string;
  /** Path of each tarball, by the package's short name. */
  tarballs: Record<string, string>;
  /** A program of this repository (tsc, ...), a path, `node`, or npm; in the project's folder, or in a folder of this repository. */
  run(command: string, args: string[], folder?: string): Promise<Ran>;
  remove(): Promise<void>;
}

/** Where `npm run tarballs` puts the tarball of a package. */
const tarballOf = (name: string): string => join(ROOT, 'tarballs', `agentcore-tutorials-${name}.tgz`);

/** Builds and packs the published packages as `npm run tarballs` does, and installs them with npm into a project outside of this workspace. */
export async function createEmptyProject(): Promise<EmptyProject> {
  const base = await mkdtemp(join(tmpdir(), 'packed-'));
  const directory = join(base, 'project');
  await mkdir(directory);
  const remove = () => rm(base, { recursive: true, force: true, maxRetries: 5 });
  try {
    // What `npm run tarballs` runs once everything is installed. The build comes from turbo's cache unless a source is newer.
    await exec(join(BIN, 'pnpm'), ['run', 'pack-published'], ROOT);
    const tarballs = Object.fromEntries(PUBLISHED.map((name) => [name, tarballOf(name)]));
    await install(directory, Object.values(tarballs));
    for (const file of ['consumer.ts', 'agent.js']) await copyFile(join(import.meta.dirname, file), join(directory, file));
    return {
      directory,
      tarballs,
      remove,
      run: (command, args, folder) => run(command, args, folder === undefined ? directory : join(ROOT, folder)),
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function install(directory: string, tarballs: readonly string[]): Promise<void> {
  await writeFile(join(directory, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const types = JSON.parse(await readFile(join(ROOT, 'node_modules/@types/node/package.json'), 'utf8')) as { version: string };
  const packages = [...tarballs, `@types/node@${types.version}`];
  await exec('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...packages], directory);
}

async function exec(command: string, args: string[], cwd: string): Promise<void> {
  const { status, all } = await run(command, args, cwd);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${all}`);
}

async function run(command: string, args: string[], cwd: string): Promise<Ran> {
  const file = command === 'node' ? process.execPath : command === 'npm' || command.includes('/') ? command : join(BIN, command);
  // pnpm, which runs the tests, configures every npm below it with these.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')));
  const options = { cwd, env, maxBuffer: 16 * 1024 * 1024 };
  return promisify(execFile)(file, args, options).then(
    ({ stdout, stderr }) => ({ status: 0, stdout, all: stdout + stderr }),
    (error: { code?: unknown; stdout?: string; stderr?: string; message: string }) => {
      if (typeof error.code !== 'number') throw error;
      return { status: error.code, stdout: error.stdout ?? '', all: `${error.stdout}${error.stderr}` };
    },
  );
}
