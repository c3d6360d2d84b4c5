import { constants, type Dirent } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, readlink, realpath, stat, symlink, writeFile } from 'node:fs/promises';
import { join, posix, relative, sep } from 'node:path';

/** Directories of the operating system, of which an agent at `/` needs no copy. */
const SYSTEM = new Set([
  'bin',
  'boot',
  'dev',
  'etc',
  'home',
  'lib',
  'lib32',
  'lib64',
  'libx32',
  'media',
  'mnt',
  'opt',
  'proc',
  'root',
  'run',
  'sbin',
  'srv',
  'sys',
  'tmp',
  'usr',
  'var',
]);
/** A larger file (a model, a data set) is not copied where it can be mounted instead: an agent that reads it starts at once, one that overwrites it in place is refused. */
const LARGE_FILE = 8 << 20;

export interface SessionRootOptions {
  imageRoot: string;
  /** Must not exist. */
  sessionRoot: string;
  /** Absolute paths in the image. One that does not exist is made, as for WORKDIR. */
  own: readonly string[];
  /** Whether files can be mounted over those of the session. */
  canMount: boolean;
}

/**
 * Gives a session a root of its own: the directories in `own` (of the working directory and of the script) are copied, so
 * that what it writes beside its code is seen by nobody else; everything else leads to the shared, read-only tree.
 * `node_modules` is shared as well: it is what is large, and a package is resolved by its real path.
 *
 * No file that a session can open for writing is one of the image's, not by another name either (a hard link): the agent runs
 * as the owner of both, and takes back what write access was taken away.
 *
 * @returns Paths in the image of large files. An empty file stands in for each, over which the image's has to be mounted, read-only.
 */
export async function makeSessionRoot({ imageRoot, sessionRoot, own, canMount }: SessionRootOptions): Promise<string[]> {
  const large: string[] = [];
  await mkdir(sessionRoot, { mode: 0o700 });
  const real = await Promise.all(own.map((path) => realPathInImage(imageRoot, path)));
  await layOut(imageRoot, sessionRoot, '/', { own: new Set(real), large: canMount ? large : undefined });
  for (const path of real) await mkdir(join(sessionRoot, path), { recursive: true });
  return large;
}

async function realPathInImage(imageRoot: string, path: string): Promise<string> {
  const root = await realpath(imageRoot);
  try {
    const real = relative(root, await realpath(join(root, path)));
    return posix.join('/', real.split(sep).join('/'));
  } catch {
    return path;
  }
}

interface Layout {
  own: ReadonlySet<string>;
  /** Collects the large files; undefined where they are copied like every other. */
  large: string[] | undefined;
}

async function layOut(from: string, to: string, path: string, layout: Layout): Promise<void> {
  const { own } = layout;
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const inImage = posix.join(path, entry.name);
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    const isDirectory = entry.isDirectory();
    const isOwn = own.has(inImage) || (own.has(path) && !(path === '/' && isDirectory && SYSTEM.has(entry.name)));
    if (isOwn) {
      await copy(entry, { source, target, path: inImage }, layout);
    } else if (isDirectory && [...own].some((directory) => directory.startsWith(`${inImage}/`))) {
      await mkdir(target);
      await layOut(source, target, inImage, layout);
    } else {
      await share(entry, source, target);
    }
  }
}

/** A link keeps its text, so that it leads into the session's root and not past it. */
async function share(entry: Dirent, source: string, target: string): Promise<void> {
  await symlink(entry.isSymbolicLink() ? await readlink(source) : source, target);
}

interface Place {
  source: string;
  target: string;
  /** In the image. */
  path: string;
}

async function copy(entry: Dirent, place: Place, layout: Layout): Promise<void> {
  const { source, target } = place;
  if (entry.isFile()) return copyOne(place, layout);
  if (!entry.isDirectory() || entry.name === 'node_modules') return share(entry, source, target);
  await mkdir(target);
  for (const child of await readdir(source, { withFileTypes: true })) {
    const { name } = child;
    await copy(child, { source: join(source, name), target: join(target, name), path: posix.join(place.path, name) }, layout);
  }
}

async function copyOne({ source, target, path }: Place, { large }: Layout): Promise<void> {
  const { mode, size } = await stat(source);
  if (large && size > LARGE_FILE) {
    large.push(path);
    return writeFile(target, '');
  }
  // Where the file system can, the copy shares its blocks with the original until it is written to.
  await copyFile(source, target, constants.COPYFILE_FICLONE);
  await chmod(target, (mode & 0o777) | 0o200);
}
