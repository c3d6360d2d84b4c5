import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { alsoDeep } from '../../../testing/seed.ts';
import { spawnAgent } from './test/spawn-agent.ts';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));

test.each(alsoDeep(['README.md'], ['README.ko.md']))('the quick start of %s runs, and answers as it says', async (file) => {
  const page = await readFile(join(packageFolder, file), 'utf8');
  const [, code = ''] = /```ts agent\.ts\n(.*?)```/s.exec(page) ?? [];
  const [, session = ''] = /```console\n(.*?)```/s.exec(page) ?? [];
  const folder = await mkdtemp(join(tmpdir(), 'quick-start-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const outfile = join(folder, 'agent.mjs');
  // The page's own import, found as a user's project would find it.
  await build({
    stdin: { contents: code, loader: 'ts', resolveDir: packageFolder },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
  const agent = await spawnAgent(outfile);

  const calls = [...session.matchAll(/\$ curl -s localhost:8080(\S+)(?: -d '(.*?)')?\n(.*?)(?=\$ curl|$)/gs)];
  expect(calls).toHaveLength(3);
  for (const [, path = '', body, answer = ''] of calls) {
    const response = await fetch(agent.url + path, body === undefined ? {} : { method: 'POST', body });
    const stamps = /(?<="time_of_last_update":)\d+/;
    expect((await response.text()).trim().replace(stamps, '0')).toBe(answer.trim().replace(stamps, '0'));
  }
});
