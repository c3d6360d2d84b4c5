import { constants } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';

import { startAgentProcess, type AgentProcess } from './agent-process.ts';
import { entryCommand } from './entry-command.ts';
import { inBubblewrap, onHost, type LaunchCommand, type SessionPlaces } from './launch-command.ts';
import { SessionError } from './session-error.ts';
import { makeSessionRoot } from './session-root.ts';
import type { OutputLine, SessionSpec } from './types.ts';

export interface LaunchAgentOptions {
  /** The session's own directory. Exists, empty, for its owner only. */
  directory: string;
  imageRoot: string;
  compileCache: string;
  /** Path of bubblewrap, to run the agent in it. */
  bubblewrap: string | undefined;
  now(): number;
  onLine(line: OutputLine): void;
}

export interface LaunchedAgent {
  agent: AgentProcess;
  launched: LaunchCommand;
}

/** Lays out the session's directory and starts the image's command in it, on the Node that runs this. */
export async function launchAgent(spec: SessionSpec, options: LaunchAgentOptions): Promise<LaunchedAgent> {
  const { directory, imageRoot, compileCache, bubblewrap, now, onLine } = options;
  const command = entryCommand(spec.image.config);
  const script = command.script === undefined ? undefined : posix.resolve(command.workingDirectory, command.script);
  if (script !== undefined) await requireScript(imageRoot, script);

  const places: SessionPlaces = {
    root: join(directory, 'root'),
    home: join(directory, 'home'),
    temporary: join(directory, 'tmp'),
    imageRoot,
    compileCache,
  };
  const own = [command.workingDirectory, ...(script === undefined ? [] : [posix.dirname(script)])];
  await mkdir(compileCache, { recursive: true, mode: 0o700 });
  await Promise.all([
    mkdir(places.home, { mode: 0o700 }),
    mkdir(places.temporary, { mode: 0o700 }),
    // A working directory of `/` does not mean that the session needs a whole system of its own.
    makeSessionRoot(
      imageRoot,
      places.root,
      script !== undefined && posix.dirname(script) === '/' ? own : own.filter((path) => path !== '/'),
    ),
  ]);
  const launch = { spec, command, script, places };
  const launched = bubblewrap === undefined ? await onHost(launch) : await inBubblewrap(launch, bubblewrap);
  return { agent: await startAgentProcess({ ...launched, now, onLine }), launched };
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
