import { existsSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openMarks } from '../../packages/harness/src/exercises/marks.ts';
import { openProgress } from '../../packages/harness/src/progress.ts';
import { openRunState } from '../../packages/harness/src/run-state.ts';
import { newClone, type Clone } from './new-clone.ts';

let clone: Clone;
let temporary: string;
beforeAll(() => {
  clone = newClone({ offline: false });
  temporary = join(dirname(clone.home), 'tmp');
});
beforeEach(() => {
  for (const folder of [clone.home, temporary]) mkdirSync(folder, { recursive: true });
});
afterEach(() => {
  for (const folder of [clone.home, temporary]) rmSync(folder, { recursive: true });
});
afterAll(() => clone.remove());

function write(...names: string[]): string {
  const file = join(...names);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, 'x'.repeat(1_500_000));
  return file;
}

function leftover(name: string): string {
  const folder = dirname(write(temporary, name, 'ephemeral'));
  utimesSync(folder, 0, 0);
  return folder;
}

test("lists without a terminal, and removes with --yes, what is the project's and nothing else", async () => {
  const state = dirname(write(clone.home, '.agentcore-local', 'state.sqlite'));
  const killed = leftover('agentcore-local-abc123');
  const others = [
    write(clone.home, '.agentcore-other', 'state.sqlite'),
    write(temporary, 'agentcore-local-mine', 'ephemeral'),
    write(temporary, 'agentcore-local-def456', 'somebody-elses'),
  ];
  const listed = await clone.run('npm start -- uninstall', { folder: 'tutorials/01-local-agent' });
  expect(listed.stdout).toContain(`1.5 MB  ${state}`);
  expect(listed.stdout).toContain(`1.5 MB  ${killed}`);
  expect(listed.stdout).toContain('npm start -- uninstall --yes');
  expect(listed.status).toBe(0);
  for (const path of [state, killed, ...others]) expect(existsSync(path), path).toBe(true);

  const removed = await clone.run('npm start -- uninstall --yes');
  expect(removed.stdout).toContain('Removed.');
  expect(removed.stdout).toContain(clone.folder);
  expect(removed.status).toBe(0);
  for (const path of [state, killed]) expect(existsSync(path), path).toBe(false);
  for (const path of others) expect(existsSync(path), path).toBe(true);
  expect(existsSync(join(clone.folder, 'node_modules'))).toBe(false);
});

test('leaves what a running emulator uses', async () => {
  const state = dirname(write(clone.home, '.agentcore-local', 'state.sqlite'));
  writeFileSync(join(state, 'emulator.json'), JSON.stringify({ pid: process.pid }));
  const { stdout, status } = await clone.run('npm start -- uninstall --yes --lang ko');
  expect(stdout).toContain(`프로세스 ${process.pid}`);
  expect(status).toBe(1);
  expect(existsSync(state)).toBe(true);
});

test('leaves the folder of AGENTCORE_TUTORIALS_HOME when it holds other files', async () => {
  const [own, shared] = [join(clone.home, 'own'), join(clone.home, 'shared')];
  mkdirSync(own);
  openProgress(own).record('01-local-agent');
  openMarks(own).set('02-create-provider', { number: 1, where: [] });
  openRunState({ directory: own, scope: 'local-123456789012-us-west-2', which: 'current' });
  for (const name of ['aws/state.sqlite', 'command.pid', 'progress.json']) write(own, name);
  write(shared, 'progress.json');
  write(shared, 'thesis.tex');
  for (const folder of [own, shared]) await clone.run('npm start -- uninstall --yes', { env: { AGENTCORE_TUTORIALS_HOME: folder } });
  expect(existsSync(own)).toBe(false);
  expect(existsSync(join(shared, 'progress.json'))).toBe(true);
});

test('an unknown argument is a mistake', async () => {
  for (const [args, unknown] of [
    ['everything', 'everything'],
    ['--json', '--json'],
    ['--lang --yes', '--lang'],
    ['--lang=fr', '--lang=fr'],
  ]) {
    const { stderr, status } = await clone.run(`node packages/harness/launch.mjs uninstall ${args}`);
    expect(stderr).toContain(`Unexpected argument '${unknown}'`);
    expect(status).toBe(2);
  }
});

test('its options may come first', async () => {
  const { stdout, stderr, status } = await clone.run('npm start -- --lang ko --yes uninstall');
  expect(stdout, stderr).toContain('이 폴더');
  expect(status).toBe(0);
});
