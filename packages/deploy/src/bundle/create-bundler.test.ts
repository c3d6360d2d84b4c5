import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { bundleAgent } from './bundle.ts';
import { createBundler } from './create-bundler.ts';

let directory: string;
let entry: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'deploy-bundler-'));
  entry = join(directory, 'agent.ts');
  await writeFile(entry, "import { a } from './a.ts'; console.log(a);");
  await writeFile(join(directory, 'a.ts'), 'export const a = 1;');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

test('what has not changed is bundled once', async () => {
  const bundle = vi.fn<typeof bundleAgent>(bundleAgent);
  const bundler = createBundler(bundle);
  const first = await bundler(entry);
  expect(await bundler(entry)).toBe(first);
  expect(bundle).toHaveBeenCalledOnce();
});

test('a change in any of the files, another entry, or a file that is gone, bundles again', async () => {
  const bundler = createBundler();
  const first = await bundler(entry);
  await writeFile(join(directory, 'a.ts'), 'export const a = 22;');
  const second = await bundler(entry);
  expect(Buffer.from(second.bytes).equals(first.bytes)).toBe(false);
  await writeFile(join(directory, 'other.ts'), 'console.log(3);');
  expect((await bundler(join(directory, 'other.ts'))).files).toHaveLength(1);
  await bundler(entry);
  await rm(join(directory, 'a.ts'));
  await expect(bundler(entry)).rejects.toMatchObject({ code: 'BUNDLE_FAILED' });
});
