import { link, mkdir, symlink } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { chmod, copyFile } from 'node:fs/promises';

import type { TreeDirectory, TreeFile } from './image-tree.ts';

/** File operations under way at once: the thread pool of libuv has four threads, and more only queue there. */
const CONCURRENCY = 16;

/**
 * Writes a tree to `directory`, which must not exist. Contents are hard links into the layer cache, so that a hundred
 * images on one base hold its bytes once. Absolute symbolic links become relative ones: in the image `/` is its own root.
 */
export async function materialize(tree: TreeDirectory, directory: string): Promise<void> {
  await mkdir(directory, { mode: 0o700 });
  const work: (() => Promise<void>)[] = [];
  await makeDirectories(tree, directory, 0, work);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let task = work[next++]; task; task = work[next++]) await task();
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}

async function makeDirectories(node: TreeDirectory, path: string, depth: number, work: (() => Promise<void>)[]): Promise<void> {
  for (const [name, child] of node.children) {
    const to = join(path, name);
    switch (child.type) {
      case 'directory': {
        // Always writable for us: the cache must be deletable by an ordinary `rm -rf`.
        await mkdir(to, { mode: 0o755 });
        await makeDirectories(child, to, depth + 1, work);
        break;
      }
      case 'file': {
        work.push(() => linkFile(child, to));
        break;
      }
      case 'symlink': {
        work.push(() => symlink(linkTarget(child.target, depth), to));
        break;
      }
    }
  }
}

async function linkFile(file: TreeFile, to: string): Promise<void> {
  try {
    await link(file.source, to);
  } catch (error) {
    // EMLINK: 65,000 links on ext4. EPERM, ENOTSUP: file systems without hard links.
    if (!['EMLINK', 'EPERM', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    await copyFile(file.source, to);
    await chmod(to, file.mode & 0o555);
  }
}

/**
 * The text of a symbolic link so that it means the same from a tree that is not at `/`. It can never lead out: after
 * normalising, `..` stands only at the front, and at most as often as the link is deep.
 *
 * @param depth How many directories of the tree are above the link.
 */
export function linkTarget(target: string, depth: number): string {
  const up = '../'.repeat(depth);
  if (target.startsWith('/')) return `${up}./${posix.normalize(target).slice(1)}`;
  const parts = posix.normalize(target).split('/');
  const climbs = parts.filter((part) => part === '..').length;
  return climbs <= depth ? parts.join('/') : `${up}./${parts.slice(climbs).join('/')}`;
}
