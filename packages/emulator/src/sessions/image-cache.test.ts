import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, readdir, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync, zstdCompressSync } from 'node:zlib';

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { rounds } from '../../../../testing/seed.ts';

import { fixtureImage, fixtureLayer, fixtureTar, type FixtureFiles } from './fixture-image.ts';
import { openImageCache, type ImageCache } from './image-cache.ts';
import { linkTarget } from './materialize.ts';
import type { AgentImage } from './types.ts';

let outside: string;
let directory: string;
let cache: ImageCache;

beforeEach(async () => {
  outside = await mkdtemp(join(tmpdir(), 'image-cache-'));
  directory = join(outside, 'cache');
  await mkdir(directory);
  cache = await openImageCache({ directory, maxImageBytes: 1 << 20 });
});
afterEach(() => rm(outside, { recursive: true, force: true }));

async function withBytes(bytes: Buffer): Promise<AgentImage> {
  return { ...(await fixtureImage([])), layers: [fixtureLayer(bytes)] };
}

describe('the image cache', () => {
  test('unpacks gzip, zstd and plain tar alike, whatever the media type says', async () => {
    const tar = await fixtureTar({ 'app/index.mjs': 'content' });
    for (const [index, bytes] of [tar, gzipSync(tar), zstdCompressSync(tar)].entries()) {
      const image = { ...(await withBytes(bytes)), digest: `sha256:${String(index).repeat(64)}` };
      expect(await readFile(join(await cache.rootOf(image), 'app/index.mjs'), 'utf8')).toBe('content');
    }
  });

  test('reads each layer once, for many at the same time and for images that share it', async () => {
    const base: FixtureFiles = { 'base/file': 'base' };
    const first = await fixtureImage([base, { 'app/a': 'a' }]);
    const second = await fixtureImage([base, { 'app/b': 'b' }]);
    const roots = await Promise.all([cache.rootOf(first), cache.rootOf(first), cache.rootOf(second)]);
    await cache.rootOf(first);
    expect(roots[0]).toBe(roots[1]);
    const opened = [...first.layers, ...second.layers].map((layer) => (layer as ReturnType<typeof fixtureLayer>).opened);
    expect(opened.reduce((sum, count) => sum + count)).toBe(3);
    const [one, other] = await Promise.all([stat(join(roots[0] ?? '', 'base/file')), stat(join(roots[2] ?? '', 'base/file'))]);
    expect(one.ino).toBe(other.ino);
  });

  test('keeps modes without write access, large files and empty ones', async () => {
    const large = Buffer.alloc(900_000, 'x');
    const image = await fixtureImage([
      [
        { header: { name: 'bin/run', size: 2, mode: 0o4755 }, body: 'hi' },
        { header: { name: 'empty', size: 0 } },
        { header: { name: 'large', size: large.length }, body: large },
        { header: { name: 'dir/', size: 0, type: 'directory' } },
      ],
    ]);
    const root = await cache.rootOf(image);
    expect((await stat(join(root, 'bin/run'))).mode & 0o7777).toBe(0o555);
    expect((await stat(join(root, 'empty'))).size).toBe(0);
    expect(await readFile(join(root, 'large'))).toEqual(large);
    expect(await readdir(join(root, 'dir'))).toEqual([]);
  });

  test('reads what GNU tar writes: long names and links', async () => {
    const tree = join(outside, 'tree');
    const deep = join('d'.repeat(90), 'e'.repeat(90), `${'f'.repeat(90)}.txt`);
    await mkdir(join(tree, 'd'.repeat(90), 'e'.repeat(90)), { recursive: true });
    await writeFile(join(tree, deep), 'deep');
    await promisify(execFile)('sh', [
      '-c',
      `cd "$1" && ln -s ${'d'.repeat(90)} short && ln "${deep}" hard && tar -cf ../gnu.tar --format=gnu .`,
      'sh',
      tree,
    ]);
    const root = await cache.rootOf(await withBytes(await readFile(join(outside, 'gnu.tar'))));
    expect(await readFile(join(root, deep), 'utf8')).toBe('deep');
    expect(await readFile(join(root, 'hard'), 'utf8')).toBe('deep');
    expect(await readlink(join(root, 'short'))).toBe('d'.repeat(90));
  });

  test.each(['../evil', 'app/../../evil', 'a/b/../../../evil'])('refuses the entry %s and writes nothing outside', async (name) => {
    const image = await fixtureImage([[{ header: { name, size: 4 }, body: 'evil' }]]);
    await expect(cache.rootOf(image)).rejects.toMatchObject({ code: 'IMAGE_INVALID', message: expect.stringContaining(name) });
    expect(await readdir(outside)).toEqual(['cache']);
    expect(await readdir(join(directory, 'images'))).toEqual([]);
  });

  test('takes an absolute name as one in the image', async () => {
    const image = await fixtureImage([[{ header: { name: '/image-cache-evil', size: 4 }, body: 'evil' }]]);
    expect(await readdir(await cache.rootOf(image))).toEqual(['image-cache-evil']);
    await expect(stat('/image-cache-evil')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('follows no link out of the image, neither to write nor to read', async () => {
    const secret = join(outside, 'secret');
    await writeFile(secret, 'secret');
    const image = await fixtureImage([
      [
        { header: { name: 'up', size: 0, type: 'symlink', linkname: '../../..' } },
        { header: { name: 'up/evil', size: 4 }, body: 'evil' },
        { header: { name: 'absolute', size: 0, type: 'symlink', linkname: outside } },
        { header: { name: 'absolute/evil', size: 4 }, body: 'evil' },
        { header: { name: 'read', size: 0, type: 'symlink', linkname: secret } },
        { header: { name: 'climb', size: 0, type: 'symlink', linkname: `x/../../../../../../../..${secret}` } },
      ],
    ]);
    const root = await cache.rootOf(image);
    expect((await readdir(outside)).sort()).toEqual(['cache', 'secret']);
    await expect(readFile(join(root, 'read'))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(readFile(join(root, 'climb'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readFile(join(root, outside, 'evil'), 'utf8')).toBe('evil');
  });

  test('refuses a hard link to a file of this machine', async () => {
    const secret = join(outside, 'secret');
    await writeFile(secret, 'secret');
    const image = await fixtureImage([[{ header: { name: 'stolen', size: 0, type: 'link', linkname: secret } }]]);
    await expect(cache.rootOf(image)).rejects.toMatchObject({ code: 'IMAGE_INVALID' });
  });

  test('refuses a layer that is damaged, cut off or not a tar, and forgets what it had of it', async () => {
    const good = gzipSync(await fixtureTar({ 'app/index.mjs': 'x'.repeat(10_000) }));
    const image = await withBytes(good);
    const swapped = {
      ...image,
      layers: [{ ...fixtureLayer(gzipSync(await fixtureTar({ other: 'x' }))), digest: image.layers[0]?.digest ?? '' }],
    };
    await expect(cache.rootOf(swapped)).rejects.toThrow(/its bytes are damaged/);
    await expect(cache.rootOf(await withBytes(good.subarray(0, good.length / 2)))).rejects.toMatchObject({ code: 'IMAGE_INVALID' });
    await expect(cache.rootOf(await withBytes(Buffer.from('not a tar'.repeat(1000))))).rejects.toMatchObject({ code: 'IMAGE_INVALID' });
    await expect(cache.rootOf(await withBytes(Buffer.alloc(0)))).rejects.toMatchObject({ code: 'IMAGE_INVALID' });
    expect(await readdir(join(directory, 'layers'))).toEqual([]);
    expect(await readdir(join(directory, 'tmp'))).toEqual([]);
    expect(await readdir(await cache.rootOf(image))).toEqual(['app']);
  });

  test('refuses an image that is larger than the limit before it has written it', async () => {
    const image = await withBytes(gzipSync(await fixtureTar({ zeros: Buffer.alloc(2 << 20) })));
    await expect(cache.rootOf(image)).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
    expect(await readdir(join(directory, 'layers'))).toEqual([]);
  });

  test('uses no digest as a path that is not one', async () => {
    await expect(cache.rootOf({ ...(await fixtureImage([])), digest: 'sha256:../../evil' })).rejects.toThrow(/not a sha256 digest/);
  });

  test('says that the disk is at fault when it is', async () => {
    const image = await fixtureImage([{ 'app/index.mjs': 'x' }]);
    await rm(join(directory, 'layers'), { recursive: true });
    await rm(join(directory, 'tmp'), { recursive: true });
    await writeFile(join(directory, 'tmp'), 'a file where a directory should be');
    await expect(cache.rootOf(image)).rejects.toMatchObject({ code: 'CACHE_UNWRITABLE', message: expect.stringMatching(/ENOTDIR.*disk/) });
  });

  test('refuses a name that no file can have', async () => {
    const image = await fixtureImage([{ [`app/${'x'.repeat(300)}`]: 'x' }]);
    await expect(cache.rootOf(image)).rejects.toMatchObject({ code: 'IMAGE_INVALID', message: expect.stringContaining('ENAMETOOLONG') });
  });

  test('survives any bytes: it unpacks them or says that the image is invalid, and writes nothing outside', async () => {
    const name = fc.oneof(
      fc.constantFrom('app', '..', '.', '/', '.wh.app', '.wh..wh..opq', 'link', '', '\0', '__proto__'),
      fc.string({ maxLength: 5 }),
    );
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
    const entry = fc.record({
      name: path,
      type: fc.constantFrom('file', 'directory', 'symlink', 'link', 'fifo', 'character-device'),
      linkname: path,
    });
    const bytes = fc
      .tuple(
        fc.array(entry, { maxLength: 12 }),
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), { maxLength: 2 }),
        fc.boolean(),
      )
      .map(([entries, flips, zip]) => ({ entries, flips, zip }));
    let unpacked = 0;
    await fc.assert(
      fc.asyncProperty(bytes, async ({ entries, flips, zip }) => {
        const tar = await fixtureTar(
          entries.map(({ name, type, linkname }) =>
            type === 'file'
              ? { header: { name, size: 4 }, body: 'evil' }
              : { header: { name, size: 0, type: type as 'symlink', linkname } },
          ),
        );
        const sent = zip ? gzipSync(tar) : tar;
        for (const [at, value] of flips) sent[Math.floor(at * (sent.length - 1))] = value;
        const layer = fixtureLayer(sent);
        const image = { ...(await fixtureImage([])), digest: layer.digest, layers: [layer] };
        const failure = await cache.rootOf(image).then(
          () => undefined,
          (error: unknown) => error,
        );
        if (failure === undefined) unpacked += 1;
        else expect(failure).toMatchObject({ name: 'SessionError', code: expect.stringMatching(/^IMAGE_/) });
        expect(await readdir(outside)).toEqual(['cache']);
        expect((await readdir(directory)).sort()).toEqual(['compiled', 'images', 'layers', 'tmp']);
      }),
      { numRuns: rounds(100, 300) },
    );
    expect(unpacked).toBeGreaterThan(20);
    const files = await readdir(join(directory, 'images'), { recursive: true, withFileTypes: true });
    for (const link of files.filter((file) => file.isSymbolicLink())) {
      const root = join(directory, 'images', relative(join(directory, 'images'), link.parentPath).split('/')[0] ?? '');
      const target = join(link.parentPath, await readlink(join(link.parentPath, link.name)));
      expect(relative(root, target)).not.toMatch(/^\.\.(\/|$)/);
    }
  });

  test('takes a layer that is no longer what was unpacked anew, and uses no file of it', async () => {
    const [base, top] = [await fixtureTar({ 'app/index.mjs': 'original' }), await fixtureTar({ 'app/other': 'x' })].map(fixtureLayer);
    const image = await fixtureImage([]);
    await cache.rootOf({ ...image, layers: [base!] });
    const file = join(directory, 'layers', base!.digest.slice(7), '0');
    await chmod(file, 0o644);
    await writeFile(file, 'planted!');
    const root = await cache.rootOf({ ...image, digest: top!.digest, layers: [base!, top!] });
    expect(await readFile(join(root, 'app/index.mjs'), 'utf8')).toBe('original');
    expect(base!.opened).toBe(2);
  });

  test('is none the worse for a host that is killed while it unpacks', async () => {
    const tar = await fixtureTar({ 'app/first': 'x'.repeat(10_000), 'app/second': 'y'.repeat(10_000) });
    const image = await withBytes(tar);
    const program = `
      import { Readable } from 'node:stream';
      const { openImageCache } = await import(${JSON.stringify(new URL('./image-cache.ts', import.meta.url).href)});
      const cache = await openImageCache({ directory: ${JSON.stringify(directory)}, maxImageBytes: 1e9 });
      const half = new Readable({ read() {} });
      half.push(Buffer.from('${tar.subarray(0, 12_000).toString('base64')}', 'base64'));
      const image = ${JSON.stringify({ digest: image.digest, config: image.config })};
      cache.rootOf({ ...image, layers: [{ digest: '${image.layers[0]?.digest}', mediaType: '', open: () => half }] });
      setInterval(() => undefined, 1000);
    `;
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], { stdio: 'inherit' });
    const drafts = async (): Promise<string[]> =>
      (await readdir(join(directory, 'tmp'), { recursive: true })).filter((name) => name.endsWith('/0'));
    await expect.poll(() => drafts()).toHaveLength(1);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const root = await (await openImageCache({ directory, maxImageBytes: 1 << 20 })).rootOf(image);
    expect((await readdir(join(root, 'app'))).sort()).toEqual(['first', 'second']);
    expect(await readdir(join(directory, 'tmp'))).toEqual([]);
  });

  test('sweeps what a host that is dead was making, and leaves the drafts of those that live', async () => {
    const dead = spawn('true');
    await once(dead, 'exit');
    await mkdir(join(directory, 'tmp', `${dead.pid}-draft`));
    await mkdir(join(directory, 'tmp', `${process.pid}-draft`));
    await openImageCache({ directory, maxImageBytes: 1 });
    expect(await readdir(join(directory, 'tmp'))).toEqual([`${process.pid}-draft`]);
  });
});

test('the text of a link never leads above the root', () => {
  expect(linkTarget('/usr/bin/x', 2)).toBe('../.././usr/bin/x');
  expect(linkTarget('../../x', 1)).toBe('.././x');
  expect(linkTarget('../x', 1)).toBe('../x');
  expect(linkTarget('a/../../../x', 1)).toBe('.././x');
  expect(linkTarget('/', 0)).toBe('./');
});
