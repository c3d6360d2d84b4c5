import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import type { TarEntry } from 'modern-tar';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';

import { isSkippedWithout } from '../../../../testing/is-skipped-without.ts';
import { alsoDeep, isDeep } from '../../../../testing/seed.ts';
import { callEngine } from './container-engine.ts';
import { attackLaterSessions, HELD } from './fixture-attacks.ts';
import { allArguments, containersWith, usableContainers } from './fixture-containers.ts';
import { agentCode, fixtureHost, post, sessionSpec, textOf, type FixtureHost } from './fixture-host.ts';
import { fixtureImage, fixtureLayer, fixtureTar } from './fixture-image.ts';
import { containerLabels } from './sweep-containers.ts';
import type { AgentImage, SessionCommandEvent, SessionSpec } from './types.ts';

const { containerArguments, engine, reason } = await usableContainers();

/** Answers with what the body, as the body of an async function, returns. */
const evaluator = `import fs from 'node:fs'; import cp from 'node:child_process';${agentCode(`
  if (request.url === '/slow') {
    process.once('SIGTERM', () => { response.end('finished'); server.close(() => process.exit(0)); server.closeIdleConnections(); });
    return response.write('begun, ');
  }
  if (request.url === '/parting') return response.end('x'.repeat(2_000_000), () => process.exit(0));
  if (request.url === '/endless') {
    response.on('close', () => console.log('hung up'));
    return response.write('begun');
  }
  const run = new Function('fs', 'cp', 'return (async () => {' + (await body()) + '})()');
  response.end(JSON.stringify(await run(fs, cp).catch((error) => error.code ?? String(error))) ?? 'null');
`)}`;
const SECRET = 'very-secret-of-the-agent';

describe.skipIf(isSkippedWithout('podman', () => reason))('an agent in a container', () => {
  const inContainer = { isolation: 'container', containerArguments } as const;
  let fixture: FixtureHost;
  let image: AgentImage;
  beforeAll(async () => {
    fixture = await fixtureHost({ ...inContainer, stopGraceMs: 1_000 });
    image = await fixtureImage([{ 'app/index.mjs': evaluator, 'app/note': 'original', 'etc/app.conf': 'conf', 'opt/tool/version': '1' }], {
      User: '1000',
      Env: ['HOME=/root'],
    });
  });
  afterAll(async () => {
    await fixture[Symbol.asyncDispose]();
  });

  const labelOf = ({ directory }: FixtureHost) => Object.entries(containerLabels(join(directory, 'sessions', 'x')))[0]!.join('=');
  const ours = () => containersWith(engine, labelOf(fixture));
  const specOf = (session: string, rest: Partial<SessionSpec> = {}) => sessionSpec(image, session, rest);
  const ask = async (spec: SessionSpec, code: string): Promise<unknown> =>
    JSON.parse(await textOf(await fixture.host.invoke(spec, post(code))));

  test('runs at the paths of its image, sees its files, and nothing of this machine or of other sessions', async () => {
    const reached = createServer((_request, response) => response.end('reached')).listen(0, '127.0.0.1');
    const unnamed = createServer((_request, response) => response.end('not to be reached')).listen(0, '127.0.0.1');
    await Promise.all([reached, unnamed].map((server) => once(server, 'listening')));
    const { port } = reached.address() as AddressInfo;
    const environment = { URL: `http://127.0.0.1:${port}/path`, WORD: 'two words', LINES: 'one\ntwo', QUOTED: `"#'$x` };
    const one = specOf('one', { environment, platform: { SECRET } });
    expect(
      await ask(one, `return [process.cwd(), process.argv[1], process.getuid(), process.env.HOME, process.env.TMPDIR, process.env.SECRET]`),
    ).toEqual(['/app', '/app/index.mjs', 1000, '/.agentcore/home', '/tmp', SECRET]);
    expect(await ask(one, `const { URL, WORD, LINES, QUOTED } = process.env; return { URL, WORD, LINES, QUOTED }`)).toEqual(environment);
    expect(await ask(one, `return ['/etc/app.conf', '/opt/tool/version'].map((path) => fs.readFileSync(path, 'utf8'))`)).toEqual([
      'conf',
      '1',
    ]);
    for (const path of [fixture.directory, '/root', '/home', '/var', import.meta.dirname])
      expect([path, await ask(one, `return fs.existsSync(${JSON.stringify(path)})`)]).toEqual([path, false]);
    expect(await ask(one, `return fs.readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)).length`)).toBe(1);
    expect(await ask(one, `return fs.readFileSync('/proc/self/status', 'utf8').match(/CapBnd:.*|NoNewPrivs:.*/g)`)).toEqual([
      'CapBnd:\t0000000000000002',
      'NoNewPrivs:\t1',
    ]);
    expect(await ask(one, `return cp.execFileSync('node', ['-p', '1 + 1']).toString()`)).toBe('2\n');
    // Of this machine's ports it reaches those that its variables name, also while it does nothing else, and has its own for itself.
    const fetching = (at: number) => `await (await fetch('http://127.0.0.1:${at}')).text()`;
    expect(await ask(one, `return ${fetching(port)}`)).toBe('reached');
    const child = `process.stdout.write(${fetching(port)})`;
    expect(await ask(one, `return cp.execFileSync('node', ['--input-type=module', '-e', ${JSON.stringify(child)}]).toString()`)).toBe(
      'reached',
    );
    expect(await ask(one, `return ${fetching((unnamed.address() as AddressInfo).port)}`)).toMatch('fetch failed');
    expect(await ask(one, `return (await fetch('http://localhost:8080/ping')).status`)).toBe(200);
    await expect(fetch('http://127.0.0.1:8080/ping')).rejects.toThrow('fetch failed');
    for (const server of [reached, unnamed]) server.close();
    const paths = ['note', '/opt/tool/version', '/etc/app.conf', '/tmp/note', '/.agentcore/home/note'];
    expect(await ask(one, `for (const path of ${JSON.stringify(paths)}) fs.writeFileSync(path, 'changed'); return 'written'`)).toMatch(
      'written',
    );
    expect(await ask(one, `fs.writeFileSync('/usr/bin/evil', 'x')`)).toMatch(/EROFS|EACCES/);

    const two = specOf('two');
    expect(await ask(two, `return ${JSON.stringify(paths)}.map((path) => fs.existsSync(path) && fs.readFileSync(path, 'utf8'))`)).toEqual([
      'original',
      '1',
      'conf',
      false,
      false,
    ]);
    expect(await ask(two, `return process.env.SECRET ?? 'none'`)).toBe('none');
    expect(fixture.host.list().map(({ isolation }) => isolation)).toEqual(['container', 'container']);
    expect(await ours()).toHaveLength(2);
    await fixture.host.stop(two.key);
    expect(await ours()).toHaveLength(1);
  });

  test('changes nothing of what later sessions run and read', async () => {
    await using own = await fixtureHost({ ...inContainer, stopGraceMs: 1_000 });
    expect(await attackLaterSessions(own)).toEqual(HELD);
  });

  test('gets its environment by no argument that others can read, and no file that stays', async () => {
    const spec = specOf('one', { platform: { SECRET } });
    expect(await ask(spec, 'return process.env.SECRET')).toBe(SECRET);
    expect(allArguments()).toContain('agentcore-local.session');
    expect(allArguments()).not.toContain(SECRET);
    const { output } = await callEngine(engine, ['inspect', ...(await ours())]);
    const [container] = JSON.parse(output) as { Path: string; Args: string[]; Config: { CreateCommand: string[]; Cmd: string[] } }[];
    const { Path, Args, Config } = container!;
    expect(Config.CreateCommand).toContain('run');
    expect(JSON.stringify([Path, Args, Config.CreateCommand, Config.Cmd])).not.toContain(SECRET);
    // Where the kernel lets nobody look there is nothing to be found either.
    expect(spawnSync('grep', ['-rlsF', SECRET, fixture.directory]).stdout.toString()).toBe('');
  });

  test.runIf(isDeep)('is sent and sends bodies whole, and learns that its caller has hung up', async () => {
    const spec = specOf('one');
    const large = 'x'.repeat(3_000_000);
    expect(await ask(spec, `return '${large}'.length`)).toBe(large.length);
    expect(await ask(spec, `return 'x'.repeat(${large.length})`)).toBe(large);
    const { body } = await fixture.host.invoke(spec, post('', { path: '/endless' }));
    await once(body, 'data');
    body.destroy();
    await fixture.event('output', ({ line }) => line === 'hung up');
  });

  test.runIf(isDeep)('runs commands beside it: their output, exit code, time-out, and nothing of them is left', async () => {
    const spec = specOf('one', { platform: { SECRET } });
    const run = async (command: string, isOver = false) => {
      const events: SessionCommandEvent[] = [];
      for await (const event of fixture.host.execute(spec, { command, timeoutSeconds: 60 })) {
        events.push(event);
        if (isOver && event.type === 'output') vi.advanceTimersByTime(60_000);
      }
      const text = (stream: string) =>
        events.map((event) => (event.type === 'output' && event.stream === stream ? event.text : '')).join('');
      return [text('stdout'), text('stderr'), events.at(-1)];
    };
    expect(await run('echo "$SECRET"; echo 결과 >&2; id -u; printf changed > note; sleep 4321 & exit 7')).toEqual([
      `${SECRET}\n1000\n`,
      '결과\n',
      { type: 'exit', exitCode: 7, status: 'COMPLETED' },
    ]);
    expect(await ask(spec, `return fs.readFileSync('note', 'utf8')`)).toBe('changed');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    expect(await run('echo begun; sleep 4321', true)).toEqual(['begun\n', '', { type: 'exit', exitCode: 137, status: 'TIMED_OUT' }]);
    vi.useRealTimers();
    await expect.poll(() => allArguments()).not.toMatch(/sleep 4321$/m);
  });

  test.runIf(isDeep)('that dies fails its request with how it did, and the next request has a new one', async () => {
    // One of its variables names the port that it wants for itself.
    const spec = specOf('dies', { environment: { URL: 'http://127.0.0.1:8080' } });
    await ask(spec, `fs.writeFileSync('note', 'changed')`);
    await expect(ask(spec, `console.error('Error: out of luck'); process.exit(7)`)).rejects.toMatchObject({
      code: 'SESSION_CRASHED',
      message: 'The agent ended with exit code 7 before its answer was complete.',
      lastLines: expect.arrayContaining(['Error: out of luck']),
    });
    expect(await ask(spec, `return fs.readFileSync('note', 'utf8')`)).toBe('original');
    // From outside, as the kernel does when memory runs out: the container goes on when only its client is killed.
    const [session] = fixture.host.list().filter(({ key }) => key.sessionId === 'dies');
    const failing = ask(spec, `await new Promise(() => undefined)`);
    process.kill(session!.pid, 'SIGKILL');
    await expect(failing).rejects.toMatchObject({ code: 'SESSION_CRASHED' });
    await expect.poll(() => ours()).toHaveLength(1);
  });

  test.runIf(isDeep)('is asked to end before it is ended, and is ended when it does not', async () => {
    const polite = specOf('polite');
    const response = await fixture.host.invoke(polite, post('', { path: '/slow' }));
    const stopping = fixture.host.stop(polite.key);
    expect(await textOf(response)).toBe('begun, finished');
    await stopping;
    expect(await fixture.event('ended', ({ key }) => key.sessionId === 'polite')).toMatchObject({ reason: 'stopped', exitCode: 0 });

    // What it has answered is carried on before it is gone.
    expect(await textOf(await fixture.host.invoke(specOf('parting'), post('', { path: '/parting' })))).toHaveLength(2_000_000);

    const deaf = specOf('deaf');
    await ask(deaf, `setTimeout(() => { console.log('deaf'); for (;;); }, 50)`);
    await fixture.event('output', ({ line }) => line === 'deaf');
    await fixture.host.stop(deaf.key);
    expect(await fixture.event('ended', ({ key }) => key.sessionId === 'deaf')).toMatchObject({ reason: 'stopped', signal: 'SIGKILL' });

    await fixture.host.stopAll();
    expect(await fixture.event('ended', ({ key }) => key.sessionId === 'one')).toMatchObject({ reason: 'stopped', signal: 'SIGTERM' });
    expect(await ours()).toEqual([]);
  });

  test('is told what is wrong with its image as without a container', async () => {
    const files = { 'app/index.mjs': `console.log('no'); process.exit(126);` };
    const broken = sessionSpec(await fixtureImage([files], { WorkingDir: '/not/there' }), 'broken');
    await expect(fixture.host.invoke(broken, post())).rejects.toMatchObject({
      code: 'START_FAILED',
      message: 'The agent ended with exit code 126 before it was ready. It printed last:\nno',
    });
  });

  test.runIf(isDeep)(
    'runs on the Node of its image where that is of this architecture, and has no tool but those of its image',
    async () => {
      const layer = fixtureLayer(await fixtureTar(await ownSystem(['/usr/local/bin/node', '/bin/sh'])));
      const code = await fixtureImage([{ 'app/index.mjs': evaluator }]);
      const config = { ...code.config, architecture: process.arch === 'x64' ? 'amd64' : process.arch };
      const native = { ...code, digest: layer.digest, layers: [layer, ...code.layers], config };
      const spec = sessionSpec(native, 'native');
      expect(await ask(spec, `return [process.execPath, process.version, cp.execSync('node -p 1+1').toString()]`)).toEqual([
        '/usr/local/bin/node',
        process.version,
        '2\n',
      ]);
      expect(await ask(spec, `return [fs.readdirSync('/bin'), fs.existsSync('/usr/share')]`)).toEqual([['sh'], false]);
      const output: string[] = [];
      for await (const event of fixture.host.execute(spec, { command: 'echo /bin/* && node -p 40+2' }))
        if (event.type === 'output') output.push(event.text);
      expect(output.join('')).toBe('/bin/sh\n42\n');
      await fixture.host.stop(spec.key);
    },
  );

  test.runIf(isDeep)('is refused a variable that cannot be passed to it', async () => {
    const environment = { CONTAINER_NOTE: 'one\nSECRET=two' };
    await expect(fixture.host.invoke(specOf('refused', { environment }), post())).rejects.toMatchObject({
      code: 'IMAGE_UNSUPPORTED',
      message: expect.stringContaining('CONTAINER_NOTE has a line break'),
    });
  });

  test.each(alsoDeep([['a link', `fs.symlinkSync(target, '/.agentcore/sockets/agent');`]], [['nothing', '']]))(
    'that puts %s where the emulator calls it is not called, nor is anybody else',
    async (_name, instead) => {
      let calls = 0;
      const target = join(fixture.directory, 'other.sock');
      const other = createServer((_request, response) => response.end(String((calls += 1)))).listen(target);
      await once(other, 'listening');
      const tamper = `import fs from 'node:fs'; const target = ${JSON.stringify(target)}; fs.rmSync('/.agentcore/sockets/agent'); ${instead}`;
      const files = { 'app/tamper.mjs': tamper, 'app/index.mjs': `import './tamper.mjs'; ${agentCode('')}` };
      await using own = await fixtureHost({ ...inContainer, startTimeoutMs: 2_000 });
      await expect(own.host.invoke(sessionSpec(await fixtureImage([files])), post())).rejects.toMatchObject({ code: 'START_TIMEOUT' });
      expect(calls).toBe(0);
      other.close();
    },
  );

  test('does not outlive an emulator that is killed with SIGKILL, even when it blocks its event loop', async () => {
    await using own = await fixtureHost();
    const program = join(own.directory, 'emulator.mts');
    const here = new URL('.', import.meta.url).href;
    const options = { ...inContainer, cacheDir: join(own.directory, 'cache'), sessionsDir: join(own.directory, 'sessions') };
    await writeFile(
      program,
      `
      const { createSessionHost } = await import('${here}session-host.ts');
      const { fixtureImage } = await import('${here}fixture-image.ts');
      const { post, sessionSpec, textOf } = await import('${here}fixture-host.ts');
      const host = createSessionHost({ ...${JSON.stringify(options)}, log: (event) => event.type === 'output' && console.log(event.line) });
      const spec = sessionSpec(await fixtureImage([{ 'app/index.mjs': ${JSON.stringify(evaluator)} }]));
      await textOf(await host.invoke(spec, post("setTimeout(() => { console.log('blocked'); for (;;); }, 10)")));
      `,
    );
    const emulator = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of createInterface(emulator.stdout)) if (line === 'blocked') break;
    expect(await containersWith(engine, labelOf(own))).toHaveLength(1);
    emulator.kill('SIGKILL');
    await once(emulator, 'exit');
    await expect.poll(() => containersWith(engine, labelOf(own)), { interval: 200 }).toEqual([]);
  });

  test.runIf(isDeep)('that even the guard could not end is removed by the next emulator on the same state, and no other', async () => {
    await using own = await fixtureHost(inContainer);
    const gone = spawn(process.execPath, ['--eval', '0']);
    await once(gone, 'exit');
    const leave = (owner: number, directory = own.directory) => {
      const labels = Object.entries(containerLabels(join(directory, 'sessions', `${owner}-x`))).flatMap(([key, value]) => [
        '--label',
        `${key}=${value}`,
      ]);
      return callEngine(engine, ['create', ...labels, '--rootfs', own.directory, '/none']);
    };
    const created = await Promise.all([leave(gone.pid!), leave(process.pid), leave(gone.pid!, '/elsewhere')]);
    expect(created.map(({ failure }) => failure)).toEqual([undefined, undefined, undefined]);
    const [dead = '', alive = '', elsewhere = ''] = created.map(({ output }) => output.trim());
    await own.host.open();
    const { output } = await callEngine(engine, ['ps', '--all', '--quiet', '--no-trunc']);
    expect([dead, alive, elsewhere].map((id) => output.includes(id))).toEqual([false, true, true]);
    await callEngine(engine, ['rm', '--force', alive, elsewhere]);
  });
});

/** Programs of this machine with what they are linked to, as a layer. Node is the one that runs this. */
async function ownSystem(programs: string[]): Promise<TarEntry[]> {
  const files = new Map<string, Buffer>();
  for (const program of programs) {
    const source = program.endsWith('/node') ? process.execPath : program;
    files.set(program, await readFile(source));
    const linked = execFileSync('ldd', [source]).toString();
    for (const [, path = ''] of linked.matchAll(/(?:=> |^\s*)(\/\S+) \(/gm)) files.set(path, await readFile(path));
  }
  return Array.from(files, ([name, body]) => ({ header: { name, size: body.length, type: 'file', mode: 0o755 }, body }));
}
