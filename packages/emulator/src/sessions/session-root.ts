import { constants, type Dirent } from 'node:fs';
import { chmod, copyFile, link, mkdir, readdir, readlink, realpath, stat, symlink } from 'node:fs/promises';
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
/** A larger file (a model, a data set) is linked and not copied: an agent that reads it starts at once, one that overwrites it in place is refused. */
const LARGE_FILE = 8 << 20;

/**
 * Gives a session a root of its own: the directories in `own` (of the working directory and of the script) are copied, so
 * that what it writes beside its code is seen by nobody else; everything else leads to the shared, read-only tree.
 * `node_modules` is shared as well: it is what is large, and a package is resolved by its real path.
 *
 * @param own Absolute paths in the image. One that does not exist is made, as for WORKDIR.
 */
export async function makeSessionRoot(imageRoot: string, sessionRoot: string, own: readonly string[]): Promise<void> {
  await mkdir(sessionRoot, { mode: 0o700 });
  const real = await Promise.all(own.map((path) => realPathInImage(imageRoot, path)));
  await layOut(imageRoot, sessionRoot, '/', new Set(real));
  for (const path of real) await mkdir(join(sessionRoot, path), { recursive: true });
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

async function layOut(from: string, to: string, path: string, own: ReadonlySet<string>): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const inImage = posix.join(path, entry.name);
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    const isDirectory = entry.isDirectory();
    const isOwn = own.has(inImage) || (own.has(path) && !(path === '/' && isDirectory && SYSTEM.has(entry.name)));
    if (isOwn) {
      await copy(entry, source, target);
    } else if (isDirectory && [...own].some((directory) => directory.startsWith(`${inImage}/`))) {
      await mkdir(target);
      await layOut(source, target, inImage, own);
    } else {
      await share(entry, source, target);
    }
  }
}

/** A link keeps its text, so that it leads into the session's root and not past it. */
async function share(entry: Dirent, source: string, target: string): Promise<void> {
  await symlink(entry.isSymbolicLink() ? await readlink(source) : source, target);
}

async function copy(entry: Dirent, source: string, target: string): Promise<void> {
  if (!entry.isDirectory()) return entry.isFile() ? copyOne(source, target) : share(entry, source, target);
  if (entry.name === 'node_modules') return share(entry, source, target);
  await mkdir(target);
  for (const child of await readdir(source, { withFileTypes: true })) await copy(child, join(source, child.name), join(target, child.name));
}

async function copyOne(source: string, target: string): Promise<void> {
  const { mode, size } = await stat(source);
  if (size > LARGE_FILE) {
    try {
      return await link(source, target);
    } catch {
      // Another file system: the copy below serves as well.
    }
  }
  await copyFile(source, target, constants.COPYFILE_FICLONE);
  await chmod(target, (mode & 0o777) | 0o200);
}
