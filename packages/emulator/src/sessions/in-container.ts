import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

import { COMPILED, OWN_DIRECTORY, userId } from './bubblewrap.ts';
import { containerArguments, exists, hostSystem } from './container-arguments.ts';
import type { ContainerEngine } from './container-engine.ts';
import { CONTRACT_PORT } from './contract.ts';
import { openContainerRelay } from './container-relay.ts';
import { makeContainerRoot } from './container-root.ts';
import { createContainerKeeper } from './container.ts';
import { environment, preloadOptions, type Launch, type LaunchCommand } from './launch-command.ts';
import type { ProcessGuard } from './process-guard.ts';
import { DEFAULT_PATH } from './session-environment.ts';
import { SessionError } from './session-error.ts';
import type { SessionSpec } from './types.ts';

/** What the containers of one session host have in common. */
export interface ContainerHost {
  engine: ContainerEngine;
  /** By which they are found again: see sweepContainers. */
  labels: Readonly<Record<string, string>>;
  guard: ProcessGuard<string>;
}

const ARCHITECTURES: Record<string, string> = { x64: 'amd64', arm64: 'arm64' };
/** What the engine reads of its own environment: a value for the agent must not get in there. */
const OF_ENGINE =
  /^(?:PATH|HOME|USER|TMPDIR|LANG|LC_.*|XDG_.*|DBUS_.*|CONTAINERS?_.*|_CONTAINERS.*|STORAGE_.*|LISTEN_.*|NOTIFY_SOCKET|LD_.*|GO.*)$/;
/** What every version of every engine reads from a file as it is. */
const PLAIN = /^[\w./:=@%+,;-]*$/;

/**
 * Commands in a container are ended by closing their descriptor 3: to end the client of the engine would leave them running.
 * The shell that waits for it leads the group that everything of the command is in.
 */
const TIED = '(read -r end <&3; kill -9 -$$) >/dev/null 2>&1 & exec 3<&-; exec /bin/sh -c "$1"';

/** The command in a container: the image's paths are what they are in the image, and what it changes there is its own. */
export async function inContainer(
  { spec, command, script, places }: Launch,
  { engine, labels, guard }: ContainerHost,
): Promise<LaunchCommand> {
  const { imageRoot, home, temporary, compiled } = places;
  const ownNode = await hasOwnNode(spec, imageRoot);
  const name = `agentcore-${randomUUID()}`;
  const directory = dirname(home);
  const variables = environment(spec, { home: `${OWN_DIRECTORY}/home`, temporary: '/tmp', nodeDirectory: ownNode ?? OWN_DIRECTORY });
  const environmentFile = join(directory, 'environment');
  const passed = await passEnvironment(variables, environmentFile);
  const sockets = await makeDirectory(directory, 'sockets');
  const readable = {
    ...(ownNode === undefined ? await hostSystem() : {}),
    [`${OWN_DIRECTORY}/preload.mjs`]: fileURLToPath(new URL('./preload.mjs', import.meta.url)),
    ...(compiled && !compiled.writable ? { [COMPILED]: compiled.path } : {}),
  };
  const writable = {
    '/tmp': temporary,
    [`${OWN_DIRECTORY}/home`]: home,
    ...(compiled?.writable ? { [COMPILED]: compiled.path } : {}),
    [`${OWN_DIRECTORY}/sockets`]: sockets,
    // As for WORKDIR, it is made where the image has none.
    ...((await exists(join(imageRoot, command.workingDirectory)))
      ? {}
      : { [command.workingDirectory]: await makeDirectory(directory, 'work') }),
  };
  const root = await makeContainerRoot({ imageRoot, directory, mounts: { ...readable, ...writable } });
  // What the image's own variables name is not for its author to open.
  const relay = await openContainerRelay(sockets, { ...spec.environment, ...spec.platform });
  const preload = new URL(`file://${OWN_DIRECTORY}/preload.mjs`);
  preload.searchParams.set('relay', `${OWN_DIRECTORY}/sockets`);
  preload.searchParams.set('ports', relay.ports.join(' '));
  preload.searchParams.set('inner', String(innerPort(CONTRACT_PORT[spec.protocol ?? 'HTTP'], relay.ports)));
  const args = containerArguments({
    engine,
    name,
    labels: { ...labels, 'agentcore-local.session': basename(directory) },
    root,
    readable,
    writable,
    workingDirectory: command.workingDirectory,
    user: Number(userId(spec.image.config.config?.User)),
    environment: passed.args,
    command: [
      posix.join(ownNode ?? OWN_DIRECTORY, 'node'),
      ...preloadOptions(spec, preload, compiled && COMPILED),
      ...command.options,
      ...(script === undefined ? [] : [script]),
      ...command.args,
    ],
  });
  return {
    file: engine.file,
    args,
    cwd: '/',
    env: { ...(process.env as Record<string, string>), ...passed.env },
    sandboxed: true,
    shell: [engine.file, ...engine.global, 'exec', '--preserve-fds', '1', name, '/bin/sh', '-c', TIED, 'sh'],
    tied: true,
    keeper: createContainerKeeper({ engine, name, environmentFile, guard, relay }),
  };
}

/**
 * The directory of the image's Node, where it is one that this machine can run. An image of another architecture, or of code
 * alone, runs on this machine's.
 */
async function hasOwnNode({ image: { config } }: SessionSpec, imageRoot: string): Promise<string | undefined> {
  if (config.architecture !== ARCHITECTURES[process.arch]) return undefined;
  const path = config.config?.Env?.find((line) => line.startsWith('PATH='))?.slice('PATH='.length) ?? DEFAULT_PATH;
  for (const directory of path.split(':')) {
    if (directory.startsWith('/') && (await exists(join(imageRoot, directory, 'node')))) return directory;
  }
  return undefined;
}

async function makeDirectory(parent: string, name: string): Promise<string> {
  const directory = join(parent, name);
  await mkdir(directory, { mode: 0o700 });
  return directory;
}

/** The contract's own port, unless that leads to the emulator or to another program of this machine. */
function innerPort(contract: number, taken: readonly number[]): number {
  let port = contract;
  while (taken.includes(port)) port += 1;
  return port;
}

/** By a file that only its owner can read, and by the engine's own environment what cannot be written there: never as arguments, which everybody can read. */
async function passEnvironment(variables: Record<string, string>, file: string): Promise<{ args: string[]; env: Record<string, string> }> {
  const entries = Object.entries(variables);
  const inherited = entries.filter(([name, value]) => !PLAIN.test(value) && !OF_ENGINE.test(name));
  const rest = entries.filter((entry) => !inherited.includes(entry));
  const broken = rest.find(([, value]) => /[\r\n]/.test(value));
  if (broken) {
    throw new SessionError(
      'IMAGE_UNSUPPORTED',
      `The variable ${broken[0]} has a line break, and podman reads variables of this name for itself. Call it otherwise, or do without containers.`,
    );
  }
  await writeFile(file, rest.map(([name, value]) => `${name}=${value}\n`).join(''), { flag: 'wx', mode: 0o600 });
  return { args: ['--env-file', file, ...inherited.flatMap(([name]) => ['--env', name])], env: Object.fromEntries(inherited) };
}
