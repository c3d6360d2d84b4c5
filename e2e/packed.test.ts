import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findOldNode, WITHOUT_SQLITE } from '../packages/emulator/src/test/old-node.ts';
import { alsoDeep } from '../testing/seed.ts';
import { createEmptyProject, PUBLISHED, type EmptyProject } from './packed/empty-project.ts';

// What a user gets is a tarball, not this workspace: these tests see nothing else.

let project: EmptyProject;
beforeAll(async () => {
  project = await createEmptyProject();
});
afterAll(() => project?.remove());

describe.each(PUBLISHED)('%s', (name) => {
  const contents = async () => createPackageFromTarballData(await readFile(project.tarballs[name]!));

  test('holds what was built, its types, READMEs and the licence, and neither sources nor tests', async () => {
    const files = (await contents()).listFiles().map((file) => file.replace(`/node_modules/@agentcore-tutorials/${name}/`, ''));
    expect(files).toEqual(
      expect.arrayContaining(['package.json', 'README.md', 'README.ko.md', 'LICENSE', 'dist/index.mjs', 'dist/index.d.mts']),
    );
    expect(
      files.filter(
        (file) =>
          !/^(?:package\.json|README(?:\.ko)?\.md|CHANGELOG\.md|LICENSE|dist\/[\w-]+\.(?:d\.)?mts|dist\/[\w-]+\.mjs|dist\/api\/[\w-]+\.json)$/.test(
            file,
          ),
      ),
    ).toEqual([]);
  });

  test('names versions that npm knows, and where it is from: nothing of the workspace or the catalog is left in its manifest', async () => {
    const manifest = await readFile(join(project.directory, 'node_modules/@agentcore-tutorials', name, 'package.json'), 'utf8');
    const { bin, dependencies, exports, repository } = JSON.parse(manifest) as Record<string, object>;
    expect(JSON.stringify({ bin, dependencies, exports })).not.toMatch(/workspace:|catalog:|\.\/src\//);
    // npm compares it with what the proof of origin says, and refuses the package otherwise.
    expect(repository).toEqual({
      type: 'git',
      url: 'git+https://github.com/agentcore-tutorials/agentcore-tutorials.git',
      directory: `packages/${name}`,
    });
  });

  test('has types that every ESM resolution finds and that agree with the code (attw, profile esm-only)', async () => {
    const result = await checkPackage(await contents());
    if (result.types === false) throw new Error(`${name} has no types`);
    expect(Object.keys(result.entrypoints)).toEqual(['.']);
    // The packages are ESM: what `require` and the resolution of Node 10 find is not promised.
    const problems = result.problems.filter(
      (problem) => !('resolutionKind' in problem && ['node10', 'node16-cjs'].includes(problem.resolutionKind)),
    );
    expect(problems).toEqual([]);
  });
});

describe.each(PUBLISHED)('the page of %s', (name) => {
  test.each(['README.md', 'README.ko.md'])(
    '%s installs the tarballs that this test installs, and all that npm cannot find elsewhere',
    async (page) => {
      const folder = join(import.meta.dirname, '../packages', name);
      const { dependencies } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
      const [, block = ''] = /```sh\n(git clone .*?)```/s.exec(await readFile(join(folder, page), 'utf8')) ?? [];
      const [clone, pack, install = ''] = block.split('\n');
      expect([clone, pack]).toEqual([
        'git clone https://github.com/agentcore-tutorials/agentcore-tutorials ../agentcore-tutorials',
        '(cd ../agentcore-tutorials && npm run tarballs)',
      ]);
      expect(install).toMatch(/^npm install /);
      const installed = [...install.matchAll(/\.\.\/agentcore-tutorials\/tarballs\/(\S+)/g)].map(([, file]) => file);
      const needed = PUBLISHED.filter((other) => other === name || `@agentcore-tutorials/${other}` in dependencies);
      expect(installed.toSorted()).toEqual(needed.map((other) => basename(project.tarballs[other]!)));
    },
  );

  test('npm pack is refused: what it makes cannot be installed', async () => {
    const { status, all } = await project.run('npm', ['pack', '--pack-destination', project.directory], `packages/${name}`);
    expect(status).not.toBe(0);
    expect(all).toContain(`npm cannot pack @agentcore-tutorials/${name}: `);
    expect(all).toContain('Run `npm run tarballs` in the root of the repository. [CANNOT_PACK]');
    expect((await readdir(project.directory)).filter((file) => file.endsWith('.tgz'))).toEqual([]);
  });
});

test.each(
  alsoDeep(
    [{ module: 'esnext', moduleResolution: 'bundler', skipLibCheck: true }],
    // Every declaration is checked, those of what the packages depend on as well: that takes as long as all the rest.
    [{ module: 'nodenext', moduleResolution: 'nodenext', skipLibCheck: false }],
  ),
)('a strict program compiles with $moduleResolution, and a wrong type in it is found', async (options) => {
  const file = `tsconfig.${options.moduleResolution}.json`;
  const compilerOptions = { ...options, target: 'es2024', strict: true, noEmit: true, types: ['node'] };
  await writeFile(join(project.directory, file), JSON.stringify({ compilerOptions, include: ['consumer.ts'] }));
  expect(await project.run('tsc', ['-p', file])).toMatchObject({ status: 0, all: '' });
});

test('the program keeps a key, reads it back, serves an agent, deploys one to the emulator, invokes it and leaves only the key', async () => {
  const ran = await project.run('node', ['consumer.ts']);
  expect(ran.status, ran.all).toBe(0);
  // Its logger writes to standard output too.
  expect(JSON.parse(ran.stdout.trim().split('\n').at(-1) ?? '')).toEqual({
    outcome: 'created',
    keyLength: 21,
    status: 'Healthy',
    invoked: { echoed: { prompt: 'Hello' } },
    creates: expect.arrayContaining(['repository', 'push', 'role', 'runtime']),
    said: 'Hello',
    verified: true,
    left: ['bedrock-agentcore:apikeycredentialprovider', 'bedrock-agentcore:workload-identity', 'secretsmanager:secret'],
  });
});

test('the command of the emulator is installed, and runs another with an emulator of its own', async () => {
  const local = join(project.directory, 'node_modules/.bin/agentcore-local');
  const ran = await project.run(local, ['exec', '--ephemeral', '--', local, 'status']);
  expect(ran.status, ran.all).toBe(0);
  expect(ran.stdout).toContain('http://127.0.0.1:');
});

const IMPORT_EMULATOR = [
  '--input-type=module',
  '-e',
  `await import('@agentcore-tutorials/emulator').catch(({ code, message }) => console.log(code, message))`,
];

// The same is tested from the sources in packages/emulator/src/old-node.test.ts.
test('the emulator says which Node it needs where node:sqlite is missing, as a package and as a command', async () => {
  const problem = 'The emulator needs the module node:sqlite';
  const imported = await project.run('node', [...WITHOUT_SQLITE, ...IMPORT_EMULATOR]);
  expect(imported).toMatchObject({ status: 0, stdout: expect.stringContaining(`OLD_NODE ${problem}`) });
  const cli = join(project.directory, 'node_modules/@agentcore-tutorials/emulator/dist/cli.mjs');
  const { status, stdout, all } = await project.run('node', [...WITHOUT_SQLITE, cli, 'start']);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(all).toMatch(new RegExp(`^agentcore-local: ${problem}[^\\n]* \\[OLD_NODE\\]\\n$`));
});

const old = findOldNode();
test.skipIf(old === undefined)(
  'the emulator says which Node it needs on the old Node that is on PATH, as a package and as a command',
  async () => {
    const problem = `The emulator needs Node 24 or newer, but this is Node ${old?.version}.`;
    expect(await project.run(old!.path, IMPORT_EMULATOR)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(`OLD_NODE ${problem}`),
    });
    const cli = join(project.directory, 'node_modules/@agentcore-tutorials/emulator/dist/cli.mjs');
    const { status, stdout, all } = await project.run(old!.path, [cli, 'start']);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(all).toMatch(new RegExp(`^agentcore-local: ${problem}[^\\n]* \\[OLD_NODE\\]\\n$`));
  },
);

test('the command of deploy is installed and answers', async () => {
  const { status, stdout } = await project.run(join(project.directory, 'node_modules/.bin/agentcore-deploy'), ['help']);
  expect(status).toBe(0);
  expect(stdout).toContain('Usage: agentcore-deploy [options] [command]');
});
