import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test, vi } from 'vitest';

import { attackLaterSessions, HELD } from './fixture-attacks.ts';
import { isSkippedWithoutBubblewrap } from './fixture-bubblewrap.ts';
import { agentCode, fixtureHost, isAlive, post, sessionSpec, textOf } from './fixture-host.ts';
import { fixtureImage } from './fixture-image.ts';

const ISOLATED = { isolation: 'bubblewrap' } as const;

/** Answers with what the body, as the body of an async function, returns. */
const evaluator = `import fs from 'node:fs'; import cp from 'node:child_process';${agentCode(`
  const run = new Function('fs', 'cp', 'return (async () => {' + (await body()) + '})()');
  response.end(JSON.stringify(await run(fs, cp).catch((error) => error.code ?? String(error))) ?? 'null');
`)}`;

describe.skipIf(await isSkippedWithoutBubblewrap())('an agent in bubblewrap', () => {
  test('runs at the paths of its image, sees its files, and nothing of this machine or of other sessions', async () => {
    const secret = await mkdtemp(join(tmpdir(), 'secret-'));
    await writeFile(join(secret, 'secret'), 'secret');
    await using fixture = await fixtureHost(ISOLATED);
    const image = await fixtureImage(
      [
        {
          'etc/app.conf': 'conf',
          'usr/local/share/data': 'data',
          'opt/tool/version': '1',
          'app/node_modules/dep/package.json': '{"main":"index.cjs"}',
          'app/node_modules/dep/index.cjs': 'module.exports = "dep"',
        },
        { 'app/index.mjs': `import dep from 'dep'; globalThis.dep = dep;${evaluator}`, 'app/note': 'original' },
      ],
      { User: '1000', Env: ['HOME=/root'] },
    );
    const ask = async (code: string, session = 'one'): Promise<unknown> =>
      JSON.parse(await textOf(await fixture.host.invoke(sessionSpec(image, session), post(code))));
    expect(await ask(`return [process.cwd(), process.argv[1], process.getuid(), dep, process.env.HOME, process.env.TMPDIR]`)).toEqual([
      '/app',
      '/app/index.mjs',
      1000,
      'dep',
      '/.agentcore/home',
      '/tmp',
    ]);
    expect(
      await ask(`return ['/etc/app.conf', '/usr/local/share/data', '/opt/tool/version'].map((path) => fs.readFileSync(path, 'utf8'))`),
    ).toEqual(['conf', 'data', '1']);
    for (const path of [join(secret, 'secret'), join(fixture.directory, 'sessions'), '/root', '/home', '/var', import.meta.dirname]) {
      expect([path, await ask(`return fs.existsSync(${JSON.stringify(path)})`)]).toEqual([path, false]);
    }
    expect(
      await ask(`fs.writeFileSync('note', 'changed'); fs.writeFileSync('/tmp/note', 'x'); return fs.readFileSync('note', 'utf8')`),
    ).toBe('changed');
    expect(await ask(`return [fs.readFileSync('note', 'utf8'), fs.existsSync('/tmp/note')]`, 'two')).toEqual(['original', false]);
    for (const path of ['/opt/tool/version', '/usr/bin/evil', '/app/node_modules/dep/index.cjs'])
      expect(await ask(`fs.writeFileSync(${JSON.stringify(path)}, 'x')`)).toMatch(/EROFS|EACCES/);
    // Only the processes of its own session.
    expect(await ask(`return fs.readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)).length`)).toBe(2);
    expect(await ask(`return cp.execFileSync('node', ['-p', '1 + 1']).toString()`)).toBe('2\n');
    expect(fixture.host.list().map(({ isolation }) => isolation)).toEqual(['bubblewrap', 'bubblewrap']);
    await rm(secret, { recursive: true });
  });

  test('changes nothing of what later sessions run and read', async () => {
    await using fixture = await fixtureHost(ISOLATED);
    expect(await attackLaterSessions(fixture)).toEqual(HELD);
  });

  test('is asked to end before it is ended, and nothing of it is left', async () => {
    await using fixture = await fixtureHost(ISOLATED);
    const image = await fixtureImage([
      {
        'app/index.mjs': `import cp from 'node:child_process';${agentCode(`
        process.on('SIGTERM', () => { console.log('asked'); response.end('finished'); server.close(() => process.exit(0)); server.closeIdleConnections(); });
        cp.spawn('sleep', ['1234'], { stdio: 'ignore' });
        response.write('begun, ');
      `)}`,
      },
    ]);
    const spec = sessionSpec(image);
    const response = await fixture.host.invoke(spec, post());
    const pid = fixture.host.list()[0]?.pid ?? 0;
    const inside = await descendants(pid);
    expect(inside.length).toBeGreaterThanOrEqual(3);
    const stopping = fixture.host.stop(spec.key);
    expect(await textOf(response)).toBe('begun, finished');
    await stopping;
    expect(await fixture.event('ended')).toMatchObject({ reason: 'stopped', exitCode: 0 });
    await expect.poll(() => [pid, ...inside].map(isAlive)).not.toContain(true);
  });

  test('that is killed is told as such', async () => {
    await using fixture = await fixtureHost(ISOLATED);
    const spec = sessionSpec(await fixtureImage([{ 'app/index.mjs': agentCode(`process.kill(process.pid, 'SIGKILL');`) }]));
    await expect(fixture.host.invoke(spec, post())).rejects.toMatchObject({
      code: 'SESSION_CRASHED',
      message: expect.stringContaining('SIGKILL'),
    });
  });

  test('without a signal handler ends at once, and what V8 compiled is kept', async () => {
    await using fixture = await fixtureHost({ ...ISOLATED, stopGraceMs: 600_000 });
    const image = await fixtureImage([{ 'app/index.mjs': agentCode('response.end();') }]);
    await fixture.host.probe(sessionSpec(image));
    expect(await fixture.event('ended')).toMatchObject({ reason: 'probed', signal: 'SIGTERM' });
    const compiled = await readdir(join(fixture.directory, 'cache', 'compiled'), {
      recursive: true,
      withFileTypes: true,
    });
    expect(compiled.filter((entry) => entry.isFile())).toHaveLength(1);
  });

  test.each([
    ['a script at the root', { 'index.mjs': evaluator }, { WorkingDir: '', Cmd: ['node', 'index.mjs'] }, '/'],
    [
      'a working directory below /usr',
      { 'usr/src/app/index.mjs': evaluator, 'usr/src/other': 'x' },
      { WorkingDir: '/usr/src/app', Cmd: ['node', 'index.mjs'] },
      '/usr/src/app',
    ],
    [
      'a working directory that is not there',
      { 'srv/index.mjs': evaluator },
      { WorkingDir: '/work', Cmd: ['node', '/srv/index.mjs'] },
      '/work',
    ],
  ])('can be laid out as %s', async (_name, files, config, cwd) => {
    await using fixture = await fixtureHost(ISOLATED);
    const spec = sessionSpec(await fixtureImage([files as Record<string, string>], config));
    expect(JSON.parse(await textOf(await fixture.host.invoke(spec, post(`fs.writeFileSync('written', 'x'); return process.cwd()`))))).toBe(
      cwd,
    );
  });
});

test('a host that must isolate and cannot says so, and one that may runs without', async () => {
  vi.stubEnv('PATH', '/nonexistent');
  await using must = await fixtureHost(ISOLATED);
  const spec = sessionSpec(await fixtureImage([{ 'app/index.mjs': agentCode('response.end();') }]));
  await expect(must.host.invoke(spec, post())).rejects.toMatchObject({ code: 'ISOLATION_UNAVAILABLE' });
  await using may = await fixtureHost({ isolation: 'auto' });
  await textOf(await may.host.invoke(spec, post()));
  expect(may.host.list()).toMatchObject([{ isolation: 'none' }]);
  vi.unstubAllEnvs();
});

/** Processes below `pid`. */
async function descendants(pid: number): Promise<number[]> {
  const { execFileSync } = await import('node:child_process');
  const rows = execFileSync('ps', ['-e', '-o', 'pid=,ppid='])
    .toString()
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] => rows.filter(([, of]) => of === parent).flatMap(([child = 0]) => [child, ...below(child)]);
  return below(pid);
}
