import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newClone, type Clone } from './new-clone.ts';
import { alsoDeep, isDeep } from '../../testing/seed.ts';

const FIRST = 'tutorials/01-local-agent';

let clone: Clone;
beforeAll(() => {
  clone = newClone();
});
afterAll(() => clone.remove());

/** `npm start -- list` lists the steps, and needs what is installed. */
const list = (options: { folder?: string; env?: Record<string, string> } = {}) => clone.run('npm start --silent -- list', options);
const path = (...names: string[]) => join(clone.folder, ...names);

// Tests of one clone, in the order of a learner's day: one installation serves them all.
test('Ctrl-C ends an installation', async () => {
  const registry = createServer(() => {}).listen(0, '127.0.0.1');
  await once(registry, 'listening');
  const asked = once(registry, 'request');
  const { child, finished } = clone.start('npm start -- list', {
    env: {
      pnpm_config_registry: `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`,
      pnpm_config_store_dir: path('.install/store'),
    },
  });
  await asked;
  process.kill(-child.pid!, 'SIGINT');
  const { stderr } = await finished;
  registry.closeAllConnections();
  registry.close();
  expect(stderr).toContain('[INSTALL_INTERRUPTED]');
  expect(existsSync(path('.install/lock'))).toBe(false);
});

test('the next start completes it; of two terminals one installs, and the other waits for it', async () => {
  const results = await Promise.all([list(), list({ folder: FIRST })]);
  for (const { status, stdout } of results) {
    expect(stdout).toMatch(/^(?: {2}\d\d-[a-z0-9-]+ +\S.*\n)+$/);
    expect(status).toBe(0);
  }
  const [installing, waiting] = results.toSorted((one, other) => other.stderr.length - one.stderr.length).map(({ stderr }) => stderr);
  expect(installing).toMatch(/^Installing dependencies .*\nInstalled \d+ packages .* in \d+ s\.\n$/);
  expect(waiting).toMatch(/^(?:Another terminal is installing \(process \d+\)\. .*\n)?$/);
});

test('a learner gets what the lessons import and no more, and nothing outside of the clone', () => {
  expect(existsSync(path(FIRST, 'node_modules/@strands-agents/sdk'))).toBe(true);
  expect(readdirSync(path('node_modules')).filter((name) => !/^\.|^node-/.test(name))).toEqual([]);
  expect(readdirSync(path('node_modules/.pnpm')).filter((name) => /^(?:typescript|tsx|vitest|turbo|oxlint)@/.test(name))).toEqual([]);
  const outside = readdirSync(clone.home, { recursive: true }).map(String);
  expect(outside.filter((name) => !name.startsWith('.npm'))).toEqual([]);
});

test('the next start is silent', async () => {
  expect(await list()).toMatchObject({ status: 0, stderr: '' });
});

test('a proxy is not asked for what is on loopback, in a folder as in the root', async () => {
  const env = { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: 'http://127.0.0.1:9', HTTPS_PROXY: 'http://127.0.0.1:9' };
  const { status, stderr } = await clone.run('npm start --silent -- 01', { folder: FIRST, env });
  expect(status, stderr).toBe(0);
});

test.each(
  alsoDeep(
    [[FIRST, 'tutorials/02-create-provider/package.json', 'git restore :/tutorials/02-create-provider/package.json']],
    [['.', 'pnpm-lock.yaml', 'git restore pnpm-lock.yaml']],
  ),
)('in %s, a changed %s is named with the command that restores it', async (folder, file, command) => {
  writeFileSync(path(file), '<<<<<<< HEAD\n');
  const failed = await list({ folder });
  expect(failed.stderr).toContain(`\n  ${command}\n`);
  expect(failed.stderr).toContain('[INSTALL_CHANGED_FILES]');
  expect(failed.status).toBe(1);
  expect((await clone.run(command, { folder })).status).toBe(0);
  expect((await list({ folder })).status).toBe(0);
});

describe.skipIf(!isDeep)('after the installation', () => {
  test('what another package manager leaves in node_modules is replaced', async () => {
    writeFileSync(path('node_modules/.package-lock.json'), '{}');
    expect((await list()).status).toBe(0);
    expect(existsSync(path('node_modules/.package-lock.json'))).toBe(false);
  });

  test('an installation for contributors is kept when a learner starts after it', async () => {
    expect((await clone.run('npm run --silent ci:install')).status).toBe(0);
    expect(existsSync(path('node_modules/vitest'))).toBe(true);
    expect(await list()).toMatchObject({ status: 0, stderr: '' });
  });
});
