import { access, realpath } from 'node:fs/promises';
import { posix } from 'node:path';

import { HOST_ETC, HOST_ROOT, HOST_USR, OWN_DIRECTORY } from './bubblewrap.ts';
import type { ContainerEngine } from './container-engine.ts';
import type { ContainerRoot } from './container-root.ts';

/** Made by the engine for every container. */
const ENGINE_ETC = new Set(['hosts', 'resolv.conf']);
/** Ids on this machine that nobody has, for those ids of a container that are not the agent's. */
const UNUSED_IDS = 100_000;

export interface ContainerOptions {
  engine: ContainerEngine;
  name: string;
  labels: Readonly<Record<string, string>>;
  root: ContainerRoot;
  /** Files and directories of this machine, by their path in the container. */
  readable: Readonly<Record<string, string>>;
  writable: Readonly<Record<string, string>>;
  workingDirectory: string;
  /** As a number. */
  user: number;
  /** Arguments that give the environment. */
  environment: readonly string[];
  command: readonly string[];
}

/**
 * The arguments that run a command in a container. Its network is the engine's default, with a loopback of its own. Its user
 * is the emulator's own, whatever its number in the container; of the capabilities it has the one to write to its own files,
 * and cannot get another. Descriptor 3 is handed on.
 */
export function containerArguments({ engine, name, labels, root, user, command, ...options }: ContainerOptions): string[] {
  return [
    [...engine.global, 'run', '--rm', '--name', name, ...Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`])],
    ['--preserve-fds', '1', '--log-driver', 'none', '--hostname', 'localhost'],
    // The cache keeps neither owners nor write access: who wrote a file in the image cannot be told, so everything is the agent's.
    ['--cap-drop', 'all', '--cap-add', 'dac_override'],
    ['--security-opt', 'no-new-privileges', '--security-opt', 'label=disable'],
    userArguments(user, process.getuid?.() ?? 0),
    Object.entries(root.overlays).flatMap(([target, { lower, upper, work }]) => [
      '--volume',
      `${lower}:${target}:O,upperdir=${upper},workdir=${work}`,
    ]),
    Object.entries(options.readable).flatMap(([target, source]) => ['--mount', `${bind(source, target)},readonly`]),
    Object.entries(options.writable).flatMap(([target, source]) => ['--mount', bind(source, target)]),
    // Neither the engine's own variables nor the proxies of this machine.
    ['--unsetenv-all', '--http-proxy=false', ...options.environment, '--workdir', options.workingDirectory],
    [...engine.run, '--rootfs', root.root, ...command],
  ].flat();
}

/** Whatever its number inside, outside the agent is the user who runs the emulator, whose files its home and its /tmp are. */
function userArguments(user: number, owner: number): string[] {
  const id = `${user}:${user}`;
  if (owner !== 0) return user === 0 ? ['--user', id] : ['--userns', `keep-id:uid=${user},gid=${user}`, '--user', id];
  const ranges = [
    `${user}:0:1`,
    ...(user === 0 ? [] : [`0:${UNUSED_IDS}:${user}`]),
    `${user + 1}:${UNUSED_IDS + user + 1}:${65_535 - Math.min(user, 60_000)}`,
  ];
  return ['--user', id, ...ranges.flatMap((range) => ['--uidmap', range, '--gidmap', range])];
}

function bind(source: string, target: string): string {
  return `type=bind,source=${source},destination=${target}`;
}

/**
 * This machine's own Node with the libraries that it is linked to and the tools beside it, in place of the image's: for an
 * image of another architecture, whose programs cannot run here, or one that holds no Node.
 */
export async function hostSystem(): Promise<Record<string, string>> {
  const paths = [
    ...HOST_ROOT.map((name) => posix.join('/', name)),
    ...HOST_USR.map((name) => posix.join('/usr', name)),
    ...HOST_ETC.filter((name) => !ENGINE_ETC.has(name)).map((name) => posix.join('/etc', name)),
  ];
  const there = await Promise.all(paths.map((path) => realpath(path).catch(() => undefined)));
  const mounts = paths.flatMap((path, at) => (there[at] === undefined ? [] : [[path, there[at]] as const]));
  return { ...Object.fromEntries(mounts), [`${OWN_DIRECTORY}/node`]: process.execPath };
}

/** True where the file or directory, or what a link there leads to, exists. */
export function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
