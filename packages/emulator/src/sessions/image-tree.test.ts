import { describe, expect, test } from 'vitest';

import { imageTree, MAX_DEPTH, type TreeNode } from './image-tree.ts';
import type { LayerEntry } from './layer-entry.ts';

const file = (path: string, content = path): LayerEntry => ({ type: 'file', path, mode: 0o644, sha256: '', file: content });
const directory = (path: string): LayerEntry => ({ type: 'directory', path, mode: 0o755 });
const symlink = (path: string, target: string): LayerEntry => ({ type: 'symlink', path, target });

/** The tree as `path -> content`, directories as `path/`. */
function listing(...layers: LayerEntry[][]): Record<string, string> {
  const found: Record<string, string> = {};
  const visit = (node: TreeNode, path: string): void => {
    if (node.type === 'file') found[path] = node.source;
    else if (node.type === 'symlink') found[path] = `-> ${node.target}`;
    else {
      if (node.children.size === 0 && path !== '') found[`${path}/`] = '';
      for (const [name, child] of node.children) visit(child, path === '' ? name : `${path}/${name}`);
    }
  };
  visit(imageTree(layers.map((entries) => ({ entries, sourceOf: (name) => name }))), '');
  return found;
}

describe('the tree of an image', () => {
  test('takes a file from the highest layer that has it', () => {
    expect(listing([file('app/a', 'one'), file('app/b', 'one')], [file('app/a', 'two')])).toEqual({ 'app/a': 'two', 'app/b': 'one' });
  });

  test('lacks what a higher layer whites out, be it a file or a directory', () => {
    const lower = [file('app/a'), file('app/lib/x'), file('app/keep')];
    const upper: LayerEntry[] = [
      { type: 'whiteout', path: 'app/a' },
      { type: 'whiteout', path: 'app/lib' },
    ];
    expect(listing(lower, upper)).toEqual({ 'app/keep': 'app/keep' });
  });

  test('keeps what the same layer puts where it whites out, in either order', () => {
    const lower = [file('app/a', 'old'), file('app/lib/x', 'old')];
    const whiteouts: LayerEntry[] = [
      { type: 'whiteout', path: 'app/a' },
      { type: 'whiteout', path: 'app/lib' },
    ];
    const files = [file('app/a', 'new'), file('app/lib/y', 'new')];
    const expected = { 'app/a': 'new', 'app/lib/y': 'new' };
    expect(listing(lower, [...whiteouts, ...files])).toEqual(expected);
    expect(listing(lower, [...files, ...whiteouts])).toEqual(expected);
  });

  test('hides everything below an opaque directory except what its own layer adds', () => {
    const lower = [file('app/a'), file('app/deep/b')];
    expect(listing(lower, [directory('app'), file('app/deep/c'), { type: 'opaque', path: 'app' }])).toEqual({ 'app/deep/c': 'app/deep/c' });
  });

  test('lets a file replace a directory and a directory replace a link', () => {
    expect(listing([file('a/x'), symlink('b', 'a')], [file('a', 'new'), directory('b')])).toEqual({ a: 'new', 'b/': '' });
  });

  test('puts what is written through a link of a lower layer where the link leads', () => {
    expect(listing([directory('usr/lib'), symlink('lib', 'usr/lib')], [file('lib/x')])).toEqual({
      'usr/lib/x': 'lib/x',
      lib: '-> usr/lib',
    });
  });

  test('takes links that point outside as an image sees them: its root has no outside', () => {
    expect(listing([symlink('app/up', '../../../..'), symlink('app/abs', '/etc')], [file('app/up/evil'), file('app/abs/conf')])).toEqual({
      'app/up': '-> ../../../..',
      'app/abs': '-> /etc',
      evil: 'app/up/evil',
      'etc/conf': 'app/abs/conf',
    });
  });

  test('makes a hard link the same file, and refuses one to nothing', () => {
    expect(listing([file('a', 'content'), { type: 'hardlink', path: 'b', target: 'a' }])).toEqual({ a: 'content', b: 'content' });
    expect(() => listing([{ type: 'hardlink', path: 'b', target: 'missing' }])).toThrow(/links \/b to \/missing/);
  });

  test('refuses folders in one another without end, also through links', () => {
    const deep = 'a/'.repeat(MAX_DEPTH - 2);
    expect(Object.keys(listing([file(`${deep}f`)]))).toHaveLength(1);
    expect(() => listing([file(`${'a/'.repeat(2000)}f`)])).toThrow(/more than 200 folders/);
    expect(() => listing([file(`${deep}f`), symlink('link', deep), file('link/b/c/f')])).toThrow(/more than 200 folders/);
  });

  test('refuses a loop of links and a file used as a directory', () => {
    expect(() => listing([symlink('a', 'b'), symlink('b', 'a'), file('a/x')])).toThrow(/loop/);
    expect(() => listing([file('a'), file('a/x')])).toThrow(/below \/a, which is not a directory/);
  });
});
