import { posix } from 'node:path';

import type { LayerEntry } from './layer-entry.ts';
import { SessionError } from './session-error.ts';

/** A node of an image's tree. `layer` is the index of the layer that put it there: whiteouts reach only what is below theirs. */
export type TreeNode = TreeDirectory | TreeFile | TreeSymlink;
export interface TreeDirectory {
  type: 'directory';
  layer: number;
  children: Map<string, TreeNode>;
}
export interface TreeFile {
  type: 'file';
  layer: number;
  mode: number;
  /** Path of its content on this machine. */
  source: string;
}
export interface TreeSymlink {
  type: 'symlink';
  layer: number;
  target: string;
}

/** Deeper than any real image, and than what file systems are quick with: a tree of 2,000 folders takes a minute to remove. */
export const MAX_DEPTH = 200;
/** As Linux: more symbolic links on the way to a name are taken for a loop. */
const MAX_LINKS = 40;

/**
 * What an image's layers add up to (OCI image-spec, "Applying Changesets"), worked out in memory. Paths are resolved inside
 * the tree alone, links included, so that nothing outside of it can be meant.
 *
 * @param layers Lowest first; `sourceOf` gives the place of a file's content.
 */
export function imageTree(layers: readonly { entries: readonly LayerEntry[]; sourceOf(file: string): string }[]): TreeDirectory {
  const root: TreeDirectory = { type: 'directory', layer: 0, children: new Map() };
  for (const [layer, { entries, sourceOf }] of layers.entries()) {
    for (const entry of entries) apply(root, entry, layer, sourceOf);
  }
  return root;
}

function apply(root: TreeDirectory, entry: LayerEntry, layer: number, sourceOf: (file: string) => string): void {
  if (entry.type === 'opaque') {
    const directory = lookUp(root, entry.path);
    if (directory?.type === 'directory') prune(directory, layer);
    return;
  }
  if (entry.path === '') return;
  const parent = directoryAt(root, posix.dirname(entry.path), layer);
  const name = posix.basename(entry.path);
  const existing = parent.children.get(name);
  switch (entry.type) {
    case 'whiteout': {
      if (existing && !(existing.type === 'directory' ? prune(existing, layer) : existing.layer >= layer)) parent.children.delete(name);
      break;
    }
    case 'directory': {
      if (existing?.type === 'directory') existing.layer = layer;
      else parent.children.set(name, { type: 'directory', layer, children: new Map() });
      break;
    }
    case 'file': {
      parent.children.set(name, { type: 'file', layer, mode: entry.mode, source: sourceOf(entry.file) });
      break;
    }
    case 'symlink': {
      parent.children.set(name, { type: 'symlink', layer, target: entry.target });
      break;
    }
    case 'hardlink': {
      const target = lookUp(root, entry.target);
      if (!target || target.type === 'directory') {
        throw new SessionError('IMAGE_INVALID', `A layer links /${entry.path} to /${entry.target}, which is no file of the image.`);
      }
      parent.children.set(name, { ...target, layer });
      break;
    }
  }
}

/** Removes from a directory what lower layers put there. True when something of this layer is left, or the directory itself is. */
function prune(directory: TreeDirectory, layer: number): boolean {
  for (const [name, child] of directory.children) {
    const kept = child.type === 'directory' ? prune(child, layer) : child.layer >= layer;
    if (!kept) directory.children.delete(name);
  }
  return directory.layer >= layer || directory.children.size > 0;
}

/** The node at `path`; links on the way are followed, a link at its end is not. */
function lookUp(root: TreeDirectory, path: string): TreeNode | undefined {
  if (path === '' || path === '.') return root;
  const parent = walk(root, posix.dirname(path).split('/'), undefined);
  return parent?.children.get(posix.basename(path));
}

/** As `walk`, and makes the directories that are missing. */
function directoryAt(root: TreeDirectory, path: string, layer: number): TreeDirectory {
  const directory = walk(root, path.split('/'), layer);
  if (!directory) throw new SessionError('IMAGE_INVALID', `A layer puts something below /${path}, which is not a directory.`);
  return directory;
}

function walk(root: TreeDirectory, path: readonly string[], makeIn: number | undefined): TreeDirectory | undefined {
  const names = [...path];
  const trail: TreeDirectory[] = [root];
  let links = 0;
  while (names.length > 0) {
    const name = names.shift() ?? '';
    const here = trail.at(-1) ?? root;
    if (name === '' || name === '.') continue;
    if (name === '..') {
      if (trail.length > 1) trail.pop();
      continue;
    }
    let child = here.children.get(name);
    if (child?.type === 'symlink') {
      links += 1;
      if (links > MAX_LINKS) throw new SessionError('IMAGE_INVALID', `A layer has a loop of symbolic links at ${path.join('/')}.`);
      if (child.target.startsWith('/')) trail.length = 1;
      names.unshift(...child.target.split('/'));
      continue;
    }
    if (!child && makeIn !== undefined) {
      child = { type: 'directory', layer: makeIn, children: new Map() };
      here.children.set(name, child);
    }
    if (child?.type !== 'directory') return undefined;
    if (trail.length >= MAX_DEPTH) {
      throw new SessionError(
        'IMAGE_INVALID',
        `A layer has more than ${MAX_DEPTH} folders in one another at /${path.join('/').slice(0, 200)}.`,
      );
    }
    trail.push(child);
  }
  return trail.at(-1);
}
