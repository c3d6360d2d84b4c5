import { execFile, execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, realpath, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digestOf } from '../oci/digest.ts';
import { bundleAgent } from './bundle.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'deploy-bundle-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function project(name: string, files: Record<string, string>): Promise<string> {
  const root = join(directory, name);
  await mkdir(join(root, 'node_modules/commonjs'), { recursive: true });
  for (const [path, text] of Object.entries(files)) await writeFile(join(root, path), text);
  return root;
}

const agent = {
  'agent.ts': `import { hello } from 'commonjs'; class VeryOwnError extends Error {} const x: string = hello(); console.log(x, VeryOwnError.name);`,
  'node_modules/commonjs/package.json': '{"name":"commonjs","main":"index.js"}',
  'node_modules/commonjs/index.js': `const path = require('path'); exports.hello = () => path.posix.join('hello', 'world');`,
};

test('a bundle with CommonJS in it runs alone, in an empty directory, and keeps the names of its classes', async () => {
  const root = await project('a', agent);
  const { bytes, files } = await bundleAgent(pathToFileURL(join(root, 'agent.ts')));
  expect(files).toHaveLength(2);
  const empty = await mkdtemp(join(directory, 'empty-'));
  await writeFile(join(empty, 'index.mjs'), bytes);
  expect((await promisify(execFile)(process.execPath, [join(empty, 'index.mjs')], { cwd: empty, env: {} })).stdout).toBe(
    'hello/world VeryOwnError\n',
  );
});

test.each([
  [
    'require',
    `import { createRequire } from 'module'; const require = createRequire(import.meta.url); const { hello } = require('commonjs');`,
  ],
  ['r', `import { createRequire } from 'node:module'; var r = createRequire(import.meta.url); const { hello } = r('commonjs');`],
  [
    'load',
    `import { createRequire } from 'node:module';\nconst load = createRequire(import.meta.url);\nconst { hello } = load("commonjs");`,
  ],
])('what a module loads by a %s of its own making is in the bundle as well', async (name, text) => {
  const rest = `console.log(hello(), ${name}('node:path').sep, typeof ${name}.resolve);`;
  const root = await project('a', { ...agent, 'agent.ts': `${text}${rest}` });
  const { bytes, files } = await bundleAgent(join(root, 'agent.ts'));
  expect(files).toHaveLength(2);
  const empty = await mkdtemp(join(directory, 'empty-'));
  await writeFile(join(empty, 'index.mjs'), bytes);
  const { stdout } = await promisify(execFile)(process.execPath, [join(empty, 'index.mjs')], { cwd: empty, env: {} });
  expect(stdout).toBe('hello/world / function\n');
});

/** Bundles the entry of a project, runs the bundle alone in a directory of its own, and returns what it printed. */
async function printed(files: Record<string, string>, entry: string): Promise<{ stdout: string; home: string }> {
  const root = await project('a', { ...agent, ...files });
  const { bytes } = await bundleAgent(join(root, entry));
  const home = await realpath(await mkdtemp(join(directory, 'home-')));
  await writeFile(join(home, 'index.mjs'), bytes);
  const { stdout } = await promisify(execFile)(process.execPath, [join(home, 'index.mjs')], { cwd: '/', env: {} });
  return { stdout, home };
}

test.each([
  ['an entry in CommonJS', 'agent.cjs', { 'agent.cjs': 'console.log(__dirname, __filename);' }],
  [
    'a dependency',
    'agent.ts',
    {
      'agent.ts': "import { where } from 'commonjs'; console.log(where.join(' '));",
      'node_modules/commonjs/index.js': 'exports.where = [__dirname, __filename];',
    },
  ],
])('__dirname and __filename in %s are those of the bundle', async (_what, entry, files) => {
  const { stdout, home } = await printed(files, entry);
  expect(stdout).toBe(`${home} ${join(home, 'index.mjs')}\n`);
});

test('a module that declares __dirname itself keeps what it declares, even beside an eval', async () => {
  const own = "const __dirname = 'mine'; const __filename = 'own'; console.log(__dirname, __filename, eval('1 + 1'));";
  expect((await printed({ 'agent.ts': own }, 'agent.ts')).stdout).toBe('mine own 2\n');
});

test.each([
  ['agent.cjs', 'if (require.main === module) console.log("entry started");'],
  ['agent.js', 'if (module == require.main) { console.log("entry started"); }'],
  [
    'agent.ts',
    'import { createRequire } from "node:module"; const load = createRequire(import.meta.url); load("commonjs"); if (require.main === module) console.log("entry started");',
  ],
])('%s that starts only as the main module starts, and its dependencies do not', async (entry, text) => {
  const files = {
    [entry]: `${text}${entry.endsWith('ts') ? '' : 'require("commonjs");'}`,
    'node_modules/commonjs/index.js': 'if (require.main === module) console.log("dependency started");',
  };
  expect((await printed(files, entry)).stdout).toBe('entry started\n');
});

test('the bytes depend on neither the checkout, nor the time of the files, nor the working directory', async () => {
  const root = await project('a', agent);
  const first = await bundleAgent(join(root, 'agent.ts'));
  const other = join(directory, 'somewhere/else');
  await cp(root, other, { recursive: true });
  await utimes(join(other, 'agent.ts'), 1, 1);
  // Another process, elsewhere, under another name: esbuild must not pick anything up from these.
  const script = `import { bundleAgent } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'bundle.ts')).href)}; process.stdout.write((await bundleAgent(${JSON.stringify(join(other, 'agent.ts'))})).bytes)`;
  const second = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: '/',
    env: { ...process.env, HOME: directory, USER: 'somebody', LOGNAME: 'somebody' },
  });
  expect(digestOf(new Uint8Array(second))).toBe(digestOf(first.bytes));
});

test('secrets that lie beside the entry do not get into the bundle', async () => {
  const root = await project('a', {
    ...agent,
    '.env': 'OPENAI_API_KEY=sk-very-secret',
    '.npmrc': '//registry/:_authToken=npm-very-secret',
  });
  process.env['SECRET_OF_THE_BUILDER'] = 'builder-very-secret';
  await writeFile(join(root, 'agent.ts'), 'console.log(process.env.OPENAI_API_KEY, process.env.SECRET_OF_THE_BUILDER)');
  const text = new TextDecoder().decode((await bundleAgent(join(root, 'agent.ts'))).bytes);
  delete process.env['SECRET_OF_THE_BUILDER'];
  expect(text).not.toContain('very-secret');
  expect(text).toContain('OPENAI_API_KEY');
});

test('a file that is not there and a source that does not compile are told apart', async () => {
  await expect(bundleAgent(join(directory, 'none.ts'))).rejects.toMatchObject({
    code: 'ENTRY_NOT_FOUND',
    message: expect.stringContaining('none.ts'),
  });
  const root = await project('a', { 'agent.ts': "import 'not-installed';\nconst = 1;" });
  await expect(bundleAgent(join(root, 'agent.ts'))).rejects.toMatchObject({
    code: 'BUNDLE_FAILED',
    message: expect.stringMatching(/agent\.ts:2/),
  });
});
