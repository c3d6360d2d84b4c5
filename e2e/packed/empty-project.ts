import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
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
  /** A command of this repository (tsc, ...), or `node`, in the project's folder. */
  run(command: string, args: string[], env?: Record<string, string>): Promise<Ran>;
  remove(): Promise<void>;
}

/** Builds and packs what is published, and installs the tarballs into a project outside of this workspace. */
export async function createEmptyProject(): Promise<EmptyProject> {
  const base = await mkdtemp(join(tmpdir(), 'packed-'));
  const directory = join(base, 'project');
  await mkdir(directory);
  const remove = () => rm(base, { recursive: true, force: true, maxRetries: 5 });
  try {
    // From turbo's cache, unless a source is newer than what was built.
    await exec(join(BIN, 'turbo'), ['run', 'build', '--output-logs=errors-only'], ROOT);
    const tarballs: Record<string, string> = {};
    for (const name of PUBLISHED) {
      const destination = join(base, name);
      await exec(join(BIN, 'pnpm'), ['pack', '--pack-destination', destination], join(ROOT, 'packages', name));
      const [file = ''] = await readdir(destination);
      tarballs[name] = join(destination, file);
    }
    await install(directory, tarballs);
    for (const file of ['consumer.ts', 'agent.js']) await copyFile(join(import.meta.dirname, file), join(directory, file));
    return { directory, tarballs, remove, run: (command, args, env) => run(command, args, directory, env) };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function install(directory: string, tarballs: Record<string, string>): Promise<void> {
  const dependencies = Object.fromEntries(Object.entries(tarballs).map(([name, file]) => [`@agentcore-tutorials/${name}`, `file:${file}`]));
  const types = JSON.parse(await readFile(join(ROOT, 'node_modules/@types/node/package.json'), 'utf8')) as { version: string };
  await writeFile(
    join(directory, 'package.json'),
    JSON.stringify({ private: true, type: 'module', dependencies, devDependencies: { '@types/node': types.version } }),
  );
  // `runtime` wants a version of `identity` that npm may not have yet. JSON is YAML.
  await writeFile(
    join(directory, 'pnpm-workspace.yaml'),
    JSON.stringify({
      overrides: { '@agentcore-tutorials/identity': dependencies['@agentcore-tutorials/identity'] },
      allowBuilds: { esbuild: false },
      pmOnFail: 'ignore',
    }),
  );
  await exec(join(BIN, 'pnpm'), ['install', '--prefer-offline'], directory);
}

async function exec(command: string, args: string[], cwd: string): Promise<void> {
  const { status, all } = await run(command, args, cwd);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${all}`);
}

async function run(command: string, args: string[], cwd: string, env: Record<string, string> = {}): Promise<Ran> {
  const file = command === 'node' ? process.execPath : command.includes('/') ? command : join(BIN, command);
  const options = { cwd, env: { ...process.env, ...env }, maxBuffer: 16 * 1024 * 1024 };
  return promisify(execFile)(file, args, options).then(
    ({ stdout, stderr }) => ({ status: 0, stdout, all: stdout + stderr }),
    (error: { code?: unknown; stdout?: string; stderr?: string; message: string }) => {
      if (typeof error.code !== 'number') throw error;
      return { status: error.code, stdout: error.stdout ?? '', all: `${error.stdout}${error.stderr}` };
    },
  );
}
