import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { bundleAgent } from './bundle.ts';
import { createBundler } from './create-bundler.ts';

let directory: string;
let entry: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'deploy-bundler-'));
  entry = join(directory, 'project/src/agent.ts');
  await write({
    'project/src/agent.ts': "import { a } from './a'; import { b } from 'b'; import { c } from './link/c.ts'; console.log(a, b, c);",
    'project/src/a.ts': 'export const a = 1; export class A { field = 1 }; console.log(A);',
    'project/package.json': '{"type":"module"}',
    'project/tsconfig.json': '{ /* of the project */ "extends": "../base.json" }',
    'base.json': '{"extends":"./root"}',
    'root.json': '{"compilerOptions":{"target":"ES2024","useDefineForClassFields":true}}',
    'one/c.ts': 'export const c = "one";',
    'two/c.ts': 'export const c = "two";',
    'node_modules/b/package.json': '{"name":"b","main":"one.js"}',
    'node_modules/b/one.js': 'exports.b = "b of the workspace"; try { exports.c = require("not-there") } catch {}',
    'node_modules/b/two.js': 'exports.b = "b of the workspace, two";',
  });
  await mkdir(join(directory, 'project/node_modules'));
  await symlink('../../one', join(directory, 'project/src/link'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function write(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
}

/** What has only just been written cannot be told from what is changed while it is read: until the clock has moved on. */
const settled = () => setTimeout(50);

/** As in a process of its own: nothing is remembered but what is on disk. */
function another() {
  const bundle = vi.fn<typeof bundleAgent>(bundleAgent);
  return { bundle, bundler: createBundler(bundle) };
}

const cache = () => join(directory, 'project/node_modules/.cache/agentcore-deploy');

test('what has not changed is bundled once, in one process and in the next', async () => {
  await settled();
  const { bundle, bundler } = another();
  const first = await bundler(entry);
  expect(await bundler(entry)).toBe(first);
  expect(bundle).toHaveBeenCalledOnce();
  const next = another();
  expect(await next.bundler(entry)).toEqual(first);
  expect(next.bundle).not.toHaveBeenCalled();
});

const CHANGES: [string, () => Promise<unknown>][] = [
  ['a file that was edited', () => write({ 'project/src/a.ts': 'export const a = 22;' })],
  [
    'a file that was edited, of the same size and with its time set back',
    async () => {
      const file = join(directory, 'project/src/a.ts');
      const { atime, mtime } = await stat(file);
      await writeFile(file, (await readFile(file, 'utf8')).replace('a = 1', 'a = 2'));
      await utimes(file, atime, mtime);
    },
  ],
  ['a file that takes precedence now', () => write({ 'project/src/a.tsx': 'export const a = "tsx";' })],
  ['a link that leads elsewhere', () => unlink(join(directory, 'project/src/link')).then(() => link('../../two'))],
  ['a package that is nearer now', () => write({ 'project/node_modules/b/index.js': 'exports.b = "b of the project";' })],
  ['a package that was missing', () => write({ 'node_modules/not-there/index.js': 'exports.late = "installed later";' })],
  ["a package's main file", () => write({ 'node_modules/b/package.json': '{"name":"b","main":"two.js"}' })],
  ['the TypeScript configuration', () => write({ 'project/tsconfig.json': NO_FIELDS })],
  ['a nearer TypeScript configuration', () => write({ 'project/src/tsconfig.json': NO_FIELDS })],
  ['what that is extended from, and so on', () => write({ 'root.json': NO_FIELDS })],
];
const NO_FIELDS = '{"compilerOptions":{"target":"ES2017","useDefineForClassFields":false}}';
const link = (target: string) => symlink(target, join(directory, 'project/src/link'));

describe.each(CHANGES)('%s', (_what, change) => {
  test('makes another bundle, as if there had never been one', async () => {
    await settled();
    const { bundler } = another();
    const first = await bundler(entry);
    await change();
    const fresh = await bundleAgent(entry);
    expect(text(fresh)).not.toBe(text(first));
    expect(text(await another().bundler(entry))).toBe(text(fresh));
    expect(text(await bundler(entry))).toBe(text(fresh));
  });
});

const text = ({ bytes }: { bytes: Uint8Array }): string => Buffer.from(bytes).toString();

test('what is changed while it is bundled is bundled again', async () => {
  await settled();
  const changing = createBundler(async (path) => {
    const old = await bundleAgent(path);
    await write({ 'project/src/a.ts': 'export const a = "of meanwhile";' });
    return old;
  });
  expect(text(await changing(entry))).not.toContain('of meanwhile');
  expect(text(await another().bundler(entry))).toContain('of meanwhile');
});

test('a source that is gone is missed, whatever was kept', async () => {
  await settled();
  await another().bundler(entry);
  await rm(join(directory, 'project/src/a.ts'));
  await expect(another().bundler(entry)).rejects.toMatchObject({ code: 'BUNDLE_FAILED' });
  await rm(entry);
  await expect(another().bundler(entry)).rejects.toMatchObject({ code: 'ENTRY_NOT_FOUND' });
});

test('a kept bundle that was damaged is made anew, and another entry has one of its own', async () => {
  await settled();
  const first = await another().bundler(entry);
  const [name = ''] = await readdir(cache());
  const whole = await readFile(join(cache(), name));
  const ofAnotherVersion = Buffer.from(whole.toString('latin1').replace('"paths":', '"places":'), 'latin1');
  for (const damaged of [whole.subarray(0, whole.length - 1), whole.subarray(0, 40), Buffer.alloc(0), ofAnotherVersion]) {
    await writeFile(join(cache(), name), damaged);
    const next = another();
    expect(await next.bundler(entry)).toEqual(first);
    expect(next.bundle).toHaveBeenCalledOnce();
  }
  await another().bundler(join(directory, 'project/src/a.ts'));
  expect(await readdir(cache())).toHaveLength(2);
  expect(await readFile(join(cache(), name))).toEqual(whole);
});

test('a file beside it that is written anew, as an editor does, does not make another bundle', async () => {
  await write({ 'project/src/deploy.ts': 'one' });
  await settled();
  await another().bundler(entry);
  const [draft, file] = ['.deploy.ts.draft', 'deploy.ts'].map((name) => join(directory, 'project/src', name)) as [string, string];
  await writeFile(draft, 'two');
  await rename(draft, file);
  await settled();
  const { bundle, bundler } = another();
  await bundler(entry);
  expect(bundle).not.toHaveBeenCalled();
});

test('where a file stands in the way of a folder that is looked for, that is as good as nothing', async () => {
  await write({ 'project/src/node_modules': 'a file' });
  await settled();
  const first = await another().bundler(entry);
  const next = another();
  expect(await next.bundler(entry)).toEqual(first);
  expect(next.bundle).not.toHaveBeenCalled();
});

test('of many entries those bundled last are kept', async () => {
  const names = Array.from({ length: 23 }, (_, count) => `project/src/entry-${count}.ts`);
  await write(Object.fromEntries(names.map((name) => [name, `console.log('${name}')`])));
  await settled();
  for (const name of names) await another().bundler(join(directory, name));
  expect(await readdir(cache())).toHaveLength(20);
  const last = another();
  await last.bundler(join(directory, names.at(-1) ?? ''));
  expect(last.bundle).not.toHaveBeenCalled();
});

test('a project that has no node_modules, or one that cannot be written, is bundled all the same', async () => {
  await mkdir(join(directory, 'project/node_modules/.cache'));
  await write({ 'project/node_modules/.cache/agentcore-deploy': 'a file where a directory would be' });
  await settled();
  const first = await another().bundler(entry);
  expect(await another().bundler(entry)).toEqual(first);
  await chmod(join(directory, 'project/node_modules/.cache/agentcore-deploy'), 0o600);
  await write({ 'alone.ts': 'console.log("alone")' });
  expect(text(await another().bundler(join(directory, 'alone.ts')))).toContain('alone');
});
