import { execFile } from 'node:child_process';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join, posix } from 'node:path';

import type { CompiledCode } from './compile-cache.ts';

/** Where an isolated agent finds what is ours: Node, the preload, its home. No image has such a directory. */
export const OWN_DIRECTORY = '/.agentcore';
/** What V8 compiled of its code. */
export const COMPILED = `${OWN_DIRECTORY}/compiled`;

/** Of this machine: what its Node is linked to, and the tools beside it. Everything else of `/usr` is the image's. */
export const HOST_USR = ['bin', 'lib', 'lib32', 'lib64', 'libexec', 'sbin', 'share'];
export const HOST_ROOT = ['bin', 'lib', 'lib32', 'lib64', 'sbin'];
/** Of this machine's `/etc`: how to find libraries and names. */
export const HOST_ETC = ['alternatives', 'hosts', 'host.conf', 'ld.so.cache', 'localtime', 'nsswitch.conf', 'resolv.conf', 'ssl'];
/** Not of the image: made new for every session. */
const FRESH = ['dev', 'proc', 'sys', 'tmp', '.agentcore'];

const NAMESPACES = ['--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try', '--die-with-parent'];

/**
 * The path of bubblewrap where it is installed and may make its namespaces, which some containers and kernels forbid;
 * undefined elsewhere.
 */
export async function findBubblewrap(): Promise<string | undefined> {
  for (const directory of (process.env['PATH'] ?? '').split(':')) {
    const path = join(directory, 'bwrap');
    const args = [...NAMESPACES, '--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', 'true'];
    if (path.startsWith('/') && (await succeeds(path, args))) return path;
  }
  return undefined;
}

function succeeds(file: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(file, args, { timeout: 5_000 }, (error) => resolve(error === null));
  });
}

export interface BubblewrapOptions {
  /** The session's root, as `makeSessionRoot` made it. */
  root: string;
  /** The image's tree, into which that root leads. */
  imageRoot: string;
  home: string;
  temporary: string;
  compiled: CompiledCode | undefined;
  /** Files of the image that stand in the session's own directories, by their path. */
  readOnly: readonly string[];
  execPath: string;
  preload: string;
  workingDirectory: string;
  /** `USER` of the image. */
  user: string | undefined;
}

/**
 * The arguments of `bwrap` in front of the command: the image's tree at its own paths over this machine's libraries, and
 * nothing else of its files or processes. The network is this machine's: the agent has to reach the emulator on loopback.
 */
export async function bubblewrapArguments(options: BubblewrapOptions): Promise<string[]> {
  const { root, imageRoot, home, temporary, compiled, readOnly, execPath, preload, workingDirectory, user } = options;
  const id = userId(user);
  return [
    NAMESPACES,
    ['--uid', id, '--gid', id, '--hostname', 'localhost', '--cap-drop', 'ALL'],
    ['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/dev/shm', '--bind', temporary, '/tmp'],
    await hostMounts('/', HOST_ROOT),
    await hostMounts('/usr', HOST_USR),
    await hostMounts('/etc', HOST_ETC),
    await imageMounts(root, '/', [...HOST_ROOT, ...FRESH, 'usr', 'etc']),
    await imageMounts(root, '/usr', HOST_USR),
    await imageMounts(root, '/etc', HOST_ETC),
    // The session's root leads there by absolute links.
    ['--ro-bind', imageRoot, imageRoot],
    ['--ro-bind', execPath, `${OWN_DIRECTORY}/node`, '--ro-bind', preload, `${OWN_DIRECTORY}/preload.mjs`],
    // A new mount over them, and not a link to them: who runs the agent owns the image's files, and could make them writable.
    readOnly.flatMap((path) => ['--ro-bind', join(imageRoot, path), path]),
    ['--bind', home, `${OWN_DIRECTORY}/home`],
    compiled ? [compiled.writable ? '--bind' : '--ro-bind', compiled.path, COMPILED] : [],
    ['--chdir', workingDirectory, '--'],
  ].flat();
}

async function hostMounts(directory: string, names: readonly string[]): Promise<string[]> {
  const mounts: string[] = [];
  for (const name of names) {
    const path = posix.join(directory, name);
    const link = await linkText(path);
    // `/bin -> usr/bin`, as on every Debian of today.
    if (link !== undefined && directory === '/') mounts.push('--symlink', link, path);
    else mounts.push('--ro-bind-try', path, path);
  }
  return mounts;
}

async function imageMounts(root: string, directory: string, except: readonly string[]): Promise<string[]> {
  const mounts: string[] = [];
  const real = await realDirectory(join(root, directory));
  for (const entry of real === undefined ? [] : await readdir(real, { withFileTypes: true })) {
    if (except.includes(entry.name)) continue;
    const source = join(real ?? '', entry.name);
    const target = posix.join(directory, entry.name);
    const link = entry.isSymbolicLink() ? await readlink(source) : undefined;
    if (link === undefined) mounts.push(real === join(root, directory) ? '--bind' : '--ro-bind', source, target);
    // An absolute link is ours and leads to the shared tree; a relative one is the image's.
    else if (link.startsWith('/')) mounts.push(...(await sharedMount(link, target)));
    else mounts.push('--symlink', link, target);
  }
  return mounts;
}

async function sharedMount(source: string, target: string): Promise<string[]> {
  const link = await linkText(source);
  return link === undefined ? ['--ro-bind', source, target] : ['--symlink', link, target];
}

/** The directory itself, or the one in the shared tree that our link leads to. */
async function realDirectory(path: string): Promise<string | undefined> {
  const link = await linkText(path);
  const real = link?.startsWith('/') ? link : path;
  const found = await lstat(real).catch(() => undefined);
  return found?.isDirectory() ? real : undefined;
}

async function linkText(path: string): Promise<string | undefined> {
  return readlink(path).catch(() => undefined);
}

/** A name would have to be looked up in the image's /etc/passwd; that it is not root is what matters. */
export function userId(user: string | undefined): string {
  const [name = ''] = (user ?? '').split(':');
  if (name === '' || name === 'root') return '0';
  return /^\d{1,9}$/.test(name) ? name : '1000';
}
