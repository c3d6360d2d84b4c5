import { copyFile, chmod, lstat, mkdir, readdir, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';

import { SessionError } from './session-error.ts';

/** A directory of the image, seen in a session through a layer of its own. */
export interface Overlay {
  lower: string;
  /** Holds what the session changes. */
  upper: string;
  /** The kernel's own. */
  work: string;
}

export interface ContainerRoot {
  root: string;
  /** By their path in the container. */
  overlays: Readonly<Record<string, Overlay>>;
}

export interface ContainerRootOptions {
  imageRoot: string;
  /** The session's own directory. */
  directory: string;
  /** What is mounted over the image: files and directories of this machine, by their path in the container. */
  mounts: Readonly<Record<string, string>>;
}

/** Not of the image: the engine makes them new, or we mount them. */
const FRESH = new Set(['dev', 'proc', 'sys', 'run', 'tmp']);

/**
 * Lays out `/` of a container: the image's directories with a layer over each, copies of the files beside them, and a place
 * for each mount. All that a session writes is in its own directory and goes with that. (Podman can put a layer over a whole
 * root, `--rootfs TREE:O`, but keeps those in /run when their containers are long gone: seen with 4.3.)
 *
 * The places for mounts are made here because the engine would make them as a user of its own, whose directories we may not
 * be able to remove.
 */
export async function makeContainerRoot({ imageRoot, directory, mounts }: ContainerRootOptions): Promise<ContainerRoot> {
  if (/[:,]/.test(imageRoot + directory)) {
    throw new SessionError(
      'ISOLATION_UNAVAILABLE',
      `The data directory cannot be mounted in a container, because of a colon or a comma in its path: ${dirname(dirname(directory))}. Choose another.`,
    );
  }
  const root = join(directory, 'root');
  await mkdir(root);
  // Whatever the umask: it is the agent's `/`.
  await chmod(root, 0o755);
  const overlays: Record<string, Overlay> = {};
  for (const entry of await readdir(imageRoot, { withFileTypes: true })) {
    const [source, target] = [join(imageRoot, entry.name), join(root, entry.name)];
    if (FRESH.has(entry.name)) continue;
    if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else if (entry.isDirectory()) overlays[`/${entry.name}`] = await makeOverlay(source, join(directory, 'changes', entry.name), target);
    else await copyFile(source, target);
  }
  for (const name of [...FRESH, 'etc']) await mkdir(join(root, name), { recursive: true });
  for (const [target, source] of Object.entries(mounts)) await makePlace(target, source);
  return { root, overlays };

  async function makePlace(target: string, source: string): Promise<void> {
    if (await isThere(join(imageRoot, target))) return;
    const top = `/${target.split('/', 2)[1] ?? ''}`;
    const overlay = overlays[top];
    const place = overlay ? join(overlay.upper, posix.relative(top, target)) : join(root, target);
    const isDirectory = (await stat(source)).isDirectory();
    await mkdir(isDirectory ? place : dirname(place), { recursive: true });
    if (!isDirectory) await writeFile(place, '', { flag: 'a' });
  }
}

async function makeOverlay(lower: string, directory: string, mountPoint: string): Promise<Overlay> {
  const overlay = { lower, upper: join(directory, 'upper'), work: join(directory, 'work') };
  for (const path of [overlay.upper, overlay.work, mountPoint]) await mkdir(path, { recursive: true });
  await chmod(overlay.upper, 0o755);
  return overlay;
}

/** Links are not followed: what they lead to is for the engine to find. */
function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
