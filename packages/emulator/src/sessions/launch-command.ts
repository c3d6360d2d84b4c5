import { access, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import type { AgentProcessOptions } from './agent-process.ts';
import { bubblewrapArguments, COMPILED, OWN_DIRECTORY } from './bubblewrap.ts';
import { CONTRACT_PORT } from './contract.ts';
import type { CompiledCode } from './compile-cache.ts';
import type { EntryCommand } from './entry-command.ts';
import { sessionEnvironment } from './session-environment.ts';
import type { SessionSpec } from './types.ts';

const SHELL = ['/bin/sh', '-c'];

/** Directories of one session, on this machine. */
export interface SessionPlaces {
  root: string;
  home: string;
  temporary: string;
  imageRoot: string;
  compiled: CompiledCode | undefined;
  /** Files of the session's own directories that are the image's, by their path in it: to be mounted over what stands in for them. */
  readOnly: readonly string[];
}

export interface Launch {
  spec: SessionSpec;
  command: EntryCommand;
  /** Absolute path in the image. */
  script: string | undefined;
  places: SessionPlaces;
}

export interface LaunchCommand extends Pick<AgentProcessOptions, 'file' | 'args' | 'cwd' | 'env' | 'sandboxed' | 'keeper'> {
  /** What runs a shell command in the same surroundings: goes before the command. */
  shell: readonly string[];
  /** The shell command is ended by closing its descriptor 3. Default: by a signal to its group. */
  tied?: boolean;
}

/** The command as an ordinary process: paths of the image become paths below the session's root. */
export async function onHost({ spec, command, script, places }: Launch): Promise<LaunchCommand> {
  const { root, home, temporary } = places;
  // V8's cache is found by the script's path as seen from the cache: beside the root, that is the same for every session.
  const compiled = places.compiled && join(dirname(root), 'compiled');
  if (compiled !== undefined && places.compiled) await symlink(places.compiled.path, compiled);
  const preload = preloadOptions(spec, new URL('./preload.mjs', import.meta.url), compiled);
  const options = await Promise.all(command.options.map((option) => intoRoot(option, root)));
  const args = await Promise.all(command.args.map((arg) => intoRoot(arg, root)));
  return {
    file: process.execPath,
    args: [...preload, ...options, ...(script === undefined ? [] : [join(root, script)]), ...args],
    cwd: join(root, command.workingDirectory),
    env: environment(spec, { home, temporary, nodeDirectory: dirname(process.execPath) }),
    sandboxed: false,
    shell: SHELL,
  };
}

/** The command in bubblewrap, where the image's paths are what they are in the image. */
export async function inBubblewrap({ spec, command, script, places }: Launch, bubblewrap: string): Promise<LaunchCommand> {
  const wrapper = await bubblewrapArguments({
    ...places,
    execPath: process.execPath,
    preload: fileURLToPath(new URL('./preload.mjs', import.meta.url)),
    workingDirectory: command.workingDirectory,
    user: spec.image.config.config?.User,
  });
  const preload = preloadOptions(spec, pathToFileURL(`${OWN_DIRECTORY}/preload.mjs`), places.compiled && COMPILED);
  return {
    file: bubblewrap,
    args: [...wrapper, `${OWN_DIRECTORY}/node`, ...preload, ...command.options, ...(script === undefined ? [] : [script]), ...command.args],
    cwd: '/',
    env: environment(spec, { home: `${OWN_DIRECTORY}/home`, temporary: '/tmp', nodeDirectory: OWN_DIRECTORY }),
    sandboxed: true,
    shell: [bubblewrap, ...wrapper, ...SHELL],
  };
}

export function preloadOptions(spec: SessionSpec, preload: URL, compileCache: string | undefined): string[] {
  preload.searchParams.set('port', String(CONTRACT_PORT[spec.protocol ?? 'HTTP']));
  if (compileCache !== undefined) preload.searchParams.set('compileCache', compileCache);
  return ['--import', preload.href];
}

export function environment(spec: SessionSpec, own: { home: string; temporary: string; nodeDirectory: string }): Record<string, string> {
  return sessionEnvironment({ config: spec.image.config, environment: spec.environment, platform: spec.platform, ...own });
}

/** An argument that names a file of the image by its absolute path means the session's file: `--import=/app/trace.mjs`. */
async function intoRoot(argument: string, root: string): Promise<string> {
  const at = argument.startsWith('/') ? 0 : argument.indexOf('=/') + 1;
  if (at === 0 && !argument.startsWith('/')) return argument;
  const path = join(root, argument.slice(at));
  return access(path).then(
    () => argument.slice(0, at) + path,
    () => argument,
  );
}
