import { chmodSync, copyFileSync, linkSync, mkdirSync, symlinkSync } from 'node:fs';
import { join, posix } from 'node:path';

import { createTimeSlice } from '../time-slice.ts';
import type { TreeDirectory, TreeFile } from './image-tree.ts';

/**
 * Writes a tree to `directory`, which must not exist. Contents are hard links into the layer cache, so that a hundred
 * images on one base hold its bytes once. Absolute symbolic links become relative ones: in the image `/` is its own root.
 *
 * A base has thousands of files, and each takes microseconds: synchronous calls in short slices are four times as fast as
 * the thread pool.
 */
export async function materialize(tree: TreeDirectory, directory: string): Promise<void> {
  mkdirSync(directory, { mode: 0o700 });
  const slice = createTimeSlice();
  const pending = [{ node: tree, path: directory, depth: 0 }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    for (const [name, child] of next.node.children) {
      const to = join(next.path, name);
      // Always writable for us: the cache must be deletable by an ordinary `rm -rf`.
      if (child.type === 'directory') {
        mkdirSync(to, { mode: 0o755 });
        pending.push({ node: child, path: to, depth: next.depth + 1 });
      } else if (child.type === 'file') {
        linkFile(child, to);
      } else {
        symlinkSync(linkTarget(child.target, next.depth), to);
      }
      await slice();
    }
  }
}

function linkFile(file: TreeFile, to: string): void {
  try {
    linkSync(file.source, to);
  } catch (error) {
    // EMLINK: 65,000 links on ext4. EPERM, ENOTSUP: file systems without hard links.
    if (!['EMLINK', 'EPERM', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    copyFileSync(file.source, to);
    chmodSync(to, file.mode & 0o555);
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
