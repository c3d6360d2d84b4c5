import { constants } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';

import { startAgentProcess, type AgentProcess } from './agent-process.ts';
import type { CompiledCode } from './compile-cache.ts';
import { entryCommand, type EntryCommand } from './entry-command.ts';
import { inContainer } from './in-container.ts';
import { inBubblewrap, onHost, type Launch, type LaunchCommand, type SessionPlaces } from './launch-command.ts';
import type { OpenedIsolation } from './open-isolation.ts';
import { SessionError } from './session-error.ts';
import { makeSessionRoot } from './session-root.ts';
import type { OutputLine, SessionSpec } from './types.ts';

export interface LaunchAgentOptions {
  /** The session's own directory. Exists, empty, for its owner only. */
  directory: string;
  imageRoot: string;
  /** Where it finds what V8 compiled of its code, if anywhere. */
  compiled: CompiledCode | undefined;
  /** What to run the agent in. */
  isolation: OpenedIsolation;
  now(): number;
  onLine(line: OutputLine): void;
}

export interface LaunchedAgent {
  agent: AgentProcess;
  launched: LaunchCommand;
}

/** Lays out the session's directory and starts the image's command in it, on the Node that runs this. */
export async function launchAgent(spec: SessionSpec, options: LaunchAgentOptions): Promise<LaunchedAgent> {
  const { directory, imageRoot, compiled, isolation, now, onLine } = options;
  const command = entryCommand(spec.image.config);
  const script = command.script === undefined ? undefined : posix.resolve(command.workingDirectory, command.script);
  if (script !== undefined) await requireScript(imageRoot, script);

  const places: SessionPlaces = {
    root: join(directory, 'root'),
    home: join(directory, 'home'),
    temporary: join(directory, 'tmp'),
    imageRoot,
    compiled,
    readOnly: [],
  };
  await Promise.all([places.home, places.temporary].map((path) => mkdir(path, { mode: 0o700 })));
  // A container has a layer of its own over the image's tree.
  if (isolation.type !== 'container')
    places.readOnly = await layOutRoot(command, script, { ...places, canMount: isolation.type === 'bubblewrap' });
  const launch = { spec, command, script, places };
  const launched = await launchCommand(launch, isolation);
  try {
    return { agent: await startAgentProcess({ ...launched, now, onLine }), launched };
  } catch (error) {
    await launched.keeper?.ended({ code: null, signal: null });
    throw error;
  }
}

function launchCommand(launch: Launch, isolation: OpenedIsolation): Promise<LaunchCommand> {
  switch (isolation.type) {
    case 'none':
      return onHost(launch);
    case 'bubblewrap':
      return inBubblewrap(launch, isolation.file);
    case 'container':
      return inContainer(launch, isolation.host);
  }
}

async function layOutRoot(
  command: EntryCommand,
  script: string | undefined,
  { imageRoot, root, canMount }: SessionPlaces & { canMount: boolean },
): Promise<string[]> {
  const own = [command.workingDirectory, ...(script === undefined ? [] : [posix.dirname(script)])];
  // A working directory of `/` does not mean that the session needs a whole system of its own.
  const wanted = script !== undefined && posix.dirname(script) === '/' ? own : own.filter((path) => path !== '/');
  return makeSessionRoot({ imageRoot, sessionRoot: root, own: wanted, canMount });
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
