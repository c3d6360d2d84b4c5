import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const exec = promisify(execFile);

test('release:version raises what changed and what depends on it, writes changelogs, and uses the changesets up', async ({
  onTestFinished,
}) => {
  const copy = await mkdtemp(join(tmpdir(), 'release-'));
  onTestFinished(() => rm(copy, { recursive: true, force: true }));
  const { stdout } = await exec('git', ['ls-files', '-z', '.changeset', 'pnpm-workspace.yaml', 'package.json', '*/package.json'], {
    cwd: ROOT,
  });
  for (const file of stdout.split('\0').filter(Boolean)) {
    await mkdir(dirname(join(copy, file)), { recursive: true });
    await cp(join(ROOT, file), join(copy, file));
  }
  for (const file of await readdir(join(copy, '.changeset'))) if (file.endsWith('.md')) await rm(join(copy, '.changeset', file));
  await writeFile(join(copy, '.changeset/a.md'), "---\n'@agentcore-tutorials/identity': minor\n---\n\nA verb more.\n");
  await exec('git', ['init', '-q'], { cwd: copy });

  const read = async (name: string) =>
    JSON.parse(await readFile(join(copy, 'packages', name, 'package.json'), 'utf8')) as {
      version: string;
      dependencies?: Record<string, string>;
    };
  const before = { identity: await read('identity'), runtime: await read('runtime'), emulator: await read('emulator') };
  const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
  const [command = '', ...args] = (scripts['release:version'] ?? '').split(' ');
  await exec(join(ROOT, 'node_modules/.bin', command), args, { cwd: copy });

  const [major = 0, minor = 0] = before.identity.version.split('.').map(Number);
  expect((await read('identity')).version).toBe(`${major}.${minor + 1}.0`);
  expect(await readFile(join(copy, 'packages/identity/CHANGELOG.md'), 'utf8')).toMatch(/### Minor Changes[^]*A verb more\./);
  // It depends on identity; what it has of it is written when it is packed.
  expect((await read('runtime')).version).not.toBe(before.runtime.version);
  expect((await read('runtime')).dependencies?.['@agentcore-tutorials/identity']).toBe('workspace:*');
  expect((await readdir(join(copy, '.changeset'))).filter((file) => file.endsWith('.md'))).toEqual([]);
});
