import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { once } from 'node:events';
import { spawnAgent } from './test/spawn-agent.ts';

const bundled = fileURLToPath(new URL('./test/agents/bundled.ts', import.meta.url));
const modules = fileURLToPath(new URL('./test/agents/modules.ts', import.meta.url));
const index = fileURLToPath(new URL('./index.ts', import.meta.url));

/** Bundles the agent of this test into an empty directory. */
async function bundle(options: BuildOptions): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bundle-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await build({
    entryPoints: [bundled],
    outfile: join(folder, 'agent.mjs'),
    bundle: true,
    platform: 'node',
    logLevel: 'error',
    minify: true,
    ...options,
  });
  expect(await readdir(folder)).toEqual(['agent.mjs']);
  return folder;
}

test.each([
  ['as an ES module, by esbuild alone', { format: 'esm' }],
  [
    'as an ES module that names are kept in and that has a require',
    { format: 'esm', keepNames: true, banner: { js: 'import{createRequire as r}from"node:module";const require=r(import.meta.url);' } },
  ],
] satisfies [string, BuildOptions][])('bundled %s, an agent starts alone in an empty directory and serves', async (_name, options) => {
  const folder = await bundle(options);
  const agent = await spawnAgent(join(folder, 'agent.mjs'), {}, folder);
  expect(await (await agent.invoke({ prompt: 'hi' })).text()).toBe('data: "hi"\n\n');
  expect((await agent.invoke({})).status).toBe(400);
  const socket = new WebSocket(`${agent.url.replace('http', 'ws')}/ws`);
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  socket.send('hello');
  expect(String(((await once(socket, 'message')) as [Buffer])[0])).toBe('hello');
});

test('every module that the package names is one of Node or one of its own dependencies', async () => {
  const { dependencies } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const { metafile } = await build({
    entryPoints: [index],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    write: false,
    metafile: true,
  });
  const named = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  const foreign = named.filter((path) => !path.startsWith('node:') && !builtinModules.includes(path));
  expect(foreign.length).toBeGreaterThan(0);
  for (const path of foreign) expect(Object.keys(dependencies)).toContain(path);
});

test('an app without sockets loads neither ws, nor an SDK, nor fetch', async () => {
  const agent = await spawnAgent(modules);
  const loaded = (await (await agent.invoke({})).json()) as string[];
  expect(loaded.some((name) => name.includes('http'))).toBe(true);
  expect(loaded.filter((name) => /\/ws\/|aws-sdk|smithy|undici/.test(name))).toEqual([]);
});
