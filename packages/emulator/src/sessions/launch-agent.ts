import { constants } from 'node:fs';
import { access, mkdir, stat, symlink } from 'node:fs/promises';
import { join, posix } from 'node:path';

import { startAgentProcess, type AgentProcess } from './agent-process.ts';
import { entryCommand } from './entry-command.ts';
import { CONTRACT_PORT } from './contract.ts';
import { SessionError } from './session-error.ts';
import { sessionEnvironment } from './session-environment.ts';
import { makeSessionRoot } from './session-root.ts';
import type { OutputLine, SessionSpec } from './types.ts';

export interface LaunchAgentOptions {
  /** The session's own directory. Exists, empty, for its owner only. */
  directory: string;
  imageRoot: string;
  compileCache: string;
  now(): number;
  onLine(line: OutputLine): void;
}

/** Lays out the session's directory and starts the image's command in it, on the Node that runs this. */
export async function launchAgent(spec: SessionSpec, options: LaunchAgentOptions): Promise<AgentProcess> {
  const { directory, imageRoot, compileCache, now, onLine } = options;
  const command = entryCommand(spec.image.config);
  const script = command.script === undefined ? undefined : posix.resolve(command.workingDirectory, command.script);
  if (script !== undefined) await requireScript(imageRoot, script);

  const root = join(directory, 'root');
  const home = join(directory, 'home');
  const temporary = join(directory, 'tmp');
  const own = [command.workingDirectory, ...(script === undefined ? [] : [posix.dirname(script)])];
  await mkdir(compileCache, { recursive: true, mode: 0o700 });
  await Promise.all([
    // V8's cache is found by the script's path as seen from the cache: beside the root, that is the same for every session.
    symlink(compileCache, join(directory, 'compiled')),
    mkdir(home, { mode: 0o700 }),
    mkdir(temporary, { mode: 0o700 }),
    // A working directory of `/` does not mean that the session needs a whole system of its own.
    makeSessionRoot(imageRoot, root, script !== undefined && posix.dirname(script) === '/' ? own : own.filter((path) => path !== '/')),
  ]);

  const preload = new URL('./preload.mjs', import.meta.url);
  preload.searchParams.set('port', String(CONTRACT_PORT[spec.protocol ?? 'HTTP']));
  preload.searchParams.set('compileCache', join(directory, 'compiled'));
  return startAgentProcess({
    file: process.execPath,
    args: [
      '--import',
      preload.href,
      ...(await Promise.all(command.options.map((option) => intoRoot(option, root)))),
      ...(script === undefined ? [] : [join(root, script)]),
      ...(await Promise.all(command.args.map((arg) => intoRoot(arg, root)))),
    ],
    cwd: join(root, command.workingDirectory),
    env: sessionEnvironment({
      config: spec.image.config,
      environment: spec.environment,
      platform: spec.platform,
      home,
      temporary,
      execPath: process.execPath,
    }),
    now,
    onLine,
  });
}

/** An argument that names a file of the image by its absolute path means the session's file: `--import=/app/trace.mjs`. */
async function intoRoot(argument: string, root: string): Promise<string> {
  const at = argument.startsWith('/') ? 0 : argument.indexOf('=/') + 1;
  if (at === 0 && !argument.startsWith('/')) return argument;
  const path = join(root, argument.slice(at));
  return (await isThere(path)) ? argument.slice(0, at) + path : argument;
}

/** What Node would say names a path that the owner of the image has never seen. */
async function requireScript(imageRoot: string, script: string): Promise<void> {
  for (const suffix of ['', '.js', '.cjs', '.json', '.node']) if (await isThere(join(imageRoot, script + suffix))) return;
  const directory = posix.dirname(script);
  const hint = (await isDirectory(join(imageRoot, directory))) ? `${directory} is there.` : `${directory} is not there either.`;
  throw new SessionError(
    'IMAGE_UNSUPPORTED',
    `The image starts ${script}, but holds no such file; ${hint} Check ENTRYPOINT, CMD and WORKDIR.`,
  );
}

async function isThere(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
