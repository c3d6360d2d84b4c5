import { once } from 'node:events';
import { mkdir, readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { describe, expect, test, vi } from 'vitest';

import { fixtureImage } from './fixture-image.ts';
import { agentCode, agentImage, fixtureHost, isAlive, post, sessionSpec, textOf } from './fixture-host.ts';

describe('a session', () => {
  test('runs an unmodified server on 8080 and answers with its status, headers and body', async () => {
    await using fixture = await fixtureHost();
    const image = await agentImage(`
      response.writeHead(201, { 'content-type': 'text/plain', 'x-agent': ['a', 'b'], connection: 'close' });
      response.end([request.method, request.url, request.headers['x-asked'], request.headers.host, await body()].join(' '));
    `);
    const response = await fixture.host.invoke(
      sessionSpec(image),
      post('hello', { path: '/invocations?a=1', headers: { 'X-Asked': 'yes', connection: 'close' } }),
    );
    expect(response.status).toBe(201);
    expect(response.headers).toMatchObject({ 'content-type': 'text/plain', 'x-agent': 'a, b' });
    expect(response.headers).not.toHaveProperty('connection');
    expect(await textOf(response)).toBe('POST /invocations?a=1 yes localhost:8080 hello');
    // What the agent prints reads as it does in the cloud.
    await fixture.event('output', ({ line }) => line === 'listening on 8080');
  });

  test.each([
    ["server.listen('8080')"],
    ['server.listen({ port: 8080 })'],
    ["server.listen({ port: 8080, host: '::' }, () => undefined)"],
    ['server.listen(8080, 511, () => undefined)'],
    ["server.listen(8080, 'localhost')"],
  ])('finds a server that asks with %s', async (listen) => {
    await using fixture = await fixtureHost();
    const image = await fixtureImage([
      {
        'app/index.mjs': `import { createServer } from 'node:http'; const server = createServer((request, response) => response.end('here')); ${listen};`,
      },
    ]);
    expect(await textOf(await fixture.host.invoke(sessionSpec(image), post()))).toBe('here');
  });

  test('keeps its process for the next request, and another session has another one', async () => {
    await using fixture = await fixtureHost();
    const image = await agentImage(`globalThis.count = (globalThis.count ?? 0) + 1; response.end(process.pid + ' ' + globalThis.count);`);
    const ask = async (session: string): Promise<string[]> =>
      (await textOf(await fixture.host.invoke(sessionSpec(image, session), post()))).split(' ');
    const [[pid, count], [otherPid, otherCount]] = await Promise.all([ask('one'), ask('two')]);
    expect([count, otherCount]).toEqual(['1', '1']);
    expect(pid).not.toBe(otherPid);
    expect(await ask('one')).toEqual([pid, '2']);
    expect(fixture.host.list().map(({ key, state, inFlight }) => [key.sessionId, state, inFlight])).toEqual([
      ['one', 'ready', 0],
      ['two', 'ready', 0],
    ]);
  });

  test('starts once for requests that come at the same time', async () => {
    await using fixture = await fixtureHost();
    const image = await agentImage('response.end(String(process.pid));');
    const pids = await Promise.all([1, 2, 3, 4].map(async () => textOf(await fixture.host.invoke(sessionSpec(image), post()))));
    expect(new Set(pids).size).toBe(1);
    expect(fixture.events.filter(({ type }) => type === 'started')).toHaveLength(1);
  });

  test('stays on the version that it was started with', async () => {
    await using fixture = await fixtureHost();
    const first = sessionSpec(await agentImage(`response.end('first');`));
    const second = sessionSpec(await agentImage(`response.end('second');`));
    second.key = { ...second.key, version: '2' };
    expect(await textOf(await fixture.host.invoke(first, post()))).toBe('first');
    expect(await textOf(await fixture.host.invoke(second, post()))).toBe('first');
    expect(await fixture.host.stop(second.key)).toBe(true);
    expect(await textOf(await fixture.host.invoke(second, post()))).toBe('second');
  });

  test('passes an answer on chunk by chunk as the agent writes it, and a request body as it comes', async () => {
    await using fixture = await fixtureHost();
    const image = await agentImage(
      `response.flushHeaders(); for await (const chunk of request) response.write('got ' + chunk); response.end();`,
    );
    const body = new Readable({ read() {} });
    const response = await fixture.host.invoke(sessionSpec(image), post('', { body }));
    // Each piece is only sent once the one before it has come back: a proxy that buffers would never get to the second.
    for (const piece of ['one', 'two', 'three']) {
      body.push(piece);
      const [chunk] = (await once(response.body, 'data')) as [Buffer];
      expect(String(chunk)).toBe(`got ${piece}`);
    }
    body.push(null);
    await once(response.body, 'end');
  });

  test('lets an agent write no faster than the caller reads', async () => {
    await using fixture = await fixtureHost();
    const image = await agentImage(`
      if (request.url === '/count') return response.end(String(globalThis.written));
      globalThis.written = 0;
      const chunk = Buffer.alloc(64 * 1024);
      while (globalThis.written < 64e6) { globalThis.written += chunk.length; if (!response.write(chunk)) await new Promise((resolve) => response.once('drain', resolve)); }
      response.end();
    `);
    const spec = sessionSpec(image);
    const { body } = await fixture.host.invoke(spec, post());
    const count = async (): Promise<number> => Number(await textOf(await fixture.host.invoke(spec, post('', { path: '/count' }))));
    // The buffers on the way are full when the count no longer grows.
    let before = -1;
    const grows = async () => before !== (before = await count());
    await expect.poll(grows, { interval: 100 }).toBe(false);
    expect(before).toBeLessThan(32e6);
    let received = 0;
    for await (const chunk of body) received += (chunk as Buffer).length;
    expect(received).toBeGreaterThanOrEqual(64e6);
  });

  test('tells the agent when the caller goes away, before and within the answer', async () => {
    await using fixture = await fixtureHost();
    const image = await agentImage(`
      response.on('close', () => console.log('closed', request.url, response.writableFinished));
      if (request.url === '/stream') response.write('first');
      else console.log('waiting');
    `);
    const spec = sessionSpec(image);
    const abort = new AbortController();
    const parked = fixture.host.invoke(spec, post('', { path: '/park', signal: abort.signal }));
    await fixture.event('output', ({ line }) => line === 'waiting');
    abort.abort();
    await expect(parked).rejects.toMatchObject({ name: 'AbortError' });
    await fixture.event('output', ({ line }) => line === 'closed /park false');

    const { body } = await fixture.host.invoke(spec, post('', { path: '/stream' }));
    await once(body, 'data');
    body.destroy();
    await fixture.event('output', ({ line }) => line === 'closed /stream false');
    await expect.poll(() => fixture.host.list()[0]?.inFlight).toBe(0);
  });

  test('does not make a caller that gives up wait for the start', async () => {
    await using fixture = await fixtureHost();
    const image = await fixtureImage([{ 'app/index.mjs': `console.log('up'); setInterval(() => undefined, 1000);` }]);
    const abort = new AbortController();
    const parked = fixture.host.invoke(sessionSpec(image), post('', { signal: abort.signal }));
    await fixture.event('output', ({ line }) => line === 'up');
    abort.abort();
    await expect(parked).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('the environment of an agent', () => {
  test("is the image's, the user's and the platform's, in this order, and nothing of the emulator's own", async () => {
    vi.stubEnv('EMULATOR_SECRET', 'must not leak');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'must not leak');
    await using fixture = await fixtureHost();
    const image = await fixtureImage(
      [{ 'app/index.mjs': agentCode('response.end(JSON.stringify({ env: process.env, cwd: process.cwd(), argv: process.execArgv }));') }],
      {
        Env: ['PATH=/usr/local/bin:/usr/bin', 'A=image', 'B=image', 'C=image', 'HOME=/root', 'WITH=equals=sign'],
      },
    );
    const spec = sessionSpec(image, 's', { environment: { B: 'user', C: 'user' }, platform: { C: 'platform', AWS_REGION: 'us-west-2' } });
    const { env, cwd, argv } = JSON.parse(await textOf(await fixture.host.invoke(spec, post()))) as {
      env: Record<string, string>;
      cwd: string;
      argv: string[];
    };
    const { HOME: home = '', TMPDIR: temporary = '', PATH: path = '', ...rest } = env;
    expect(rest).toEqual({ A: 'image', B: 'user', C: 'platform', AWS_REGION: 'us-west-2', WITH: 'equals=sign' });
    expect(path).toMatch(/^\/.+:\/usr\/local\/bin:\/usr\/bin$/);
    for (const directory of [home, temporary, cwd]) expect(directory.startsWith(join(fixture.directory, 'sessions'))).toBe(true);
    expect((await stat(home)).mode & 0o777).toBe(0o700);
    expect(argv).toEqual([]);
    vi.unstubAllEnvs();
  });

  test('lets an agent fork a worker of its own, whose channel is its own', async () => {
    await using fixture = await fixtureHost();
    const code = `import { fork } from 'node:child_process';${agentCode(`
      const child = fork('worker.mjs');
      child.once('message', (message) => { child.disconnect(); response.end(message); });
    `)}`;
    const image = await fixtureImage([
      { 'app/index.mjs': code, 'app/worker.mjs': `process.send('from the worker ' + process.execArgv.length);` },
    ]);
    expect(await textOf(await fixture.host.invoke(sessionSpec(image), post()))).toBe('from the worker 0');
  });

  test('lets a cluster of workers share the port', async () => {
    await using fixture = await fixtureHost();
    const code = `
      import cluster from 'node:cluster'; import { createServer } from 'node:http';
      if (cluster.isPrimary) cluster.fork();
      else createServer((request, response) => response.end('from worker ' + cluster.worker.id)).listen(8080);
    `;
    const image = await fixtureImage([{ 'app/index.mjs': code }]);
    expect(await textOf(await fixture.host.invoke(sessionSpec(image), post()))).toBe('from worker 1');
  });
});

describe('the files of an agent', () => {
  test('are its own copy: what one session writes beside its code is seen by no other, and not by the next', async () => {
    await using fixture = await fixtureHost();
    const code = `import { existsSync, readFileSync, writeFileSync } from 'node:fs'; import { shared } from 'shared';${agentCode(`
      const before = existsSync('note');
      writeFileSync('note', 'x');
      writeFileSync(new URL('./prompt.txt', import.meta.url), 'changed');
      response.end(JSON.stringify([before, shared, readFileSync('prompt.txt', 'utf8')]));
    `)}`;
    const image = await fixtureImage([
      { 'etc/base': 'base', 'app/prompt.txt': 'original' },
      {
        'app/index.mjs': code,
        'app/node_modules/shared/package.json': '{"type":"module","main":"index.js"}',
        'app/node_modules/shared/index.js': 'export const shared = "shared";',
      },
    ]);
    for (const session of ['one', 'two']) {
      expect(JSON.parse(await textOf(await fixture.host.invoke(sessionSpec(image, session), post())))).toEqual([
        false,
        'shared',
        'changed',
      ]);
    }
    const cached = join(fixture.directory, 'cache', 'images', image.digest.slice(7), 'app', 'prompt.txt');
    expect(await readFile(cached, 'utf8')).toBe('original');
  });

  test.each([
    [
      'a script at the root',
      { 'index.mjs': agentCode('response.end("ok")'), 'lib/system': 'x' },
      { WorkingDir: '', Cmd: ['node', 'index.mjs'] },
    ],
    [
      'a working directory below /usr',
      { 'usr/src/app/index.mjs': agentCode('response.end("ok")'), 'usr/lib/x': 'x' },
      { WorkingDir: '/usr/src/app', Cmd: ['node', '.'] },
    ],
    [
      'a working directory that is not there',
      { 'opt/index.mjs': agentCode('response.end("ok")') },
      { WorkingDir: '/work', Cmd: ['node', '/opt/index.mjs'] },
    ],
    [
      'options with absolute paths',
      { 'app/index.mjs': agentCode('response.end(globalThis.first)'), 'app/first.mjs': 'globalThis.first = "ok"' },
      { Cmd: ['node', '--import=/app/first.mjs', 'index.mjs'] },
    ],
  ])('can be laid out as %s', async (_name, files, config) => {
    await using fixture = await fixtureHost();
    const withPackage: Record<string, string> =
      'WorkingDir' in config && config.WorkingDir === '/usr/src/app' ? { 'usr/src/app/package.json': '{"main":"index.mjs"}' } : {};
    const image = await fixtureImage([{ ...files, ...withPackage } as Record<string, string>], config);
    expect(await textOf(await fixture.host.invoke(sessionSpec(image), post()))).toBe('ok');
  });

  test('are removed with the session, and those of a host that died with the next host', async () => {
    await using fixture = await fixtureHost();
    const dead = join(fixture.directory, 'sessions', '999999999-dead', 'session');
    await mkdir(dead, { recursive: true });
    const spec = sessionSpec(await agentImage('response.end();'));
    await textOf(await fixture.host.invoke(spec, post()));
    const [own, ...others] = await readdir(join(fixture.directory, 'sessions'));
    expect(others).toEqual([]);
    expect(await readdir(join(fixture.directory, 'sessions', own ?? ''))).toHaveLength(1);
    await fixture.host.stop(spec.key);
    expect(await readdir(join(fixture.directory, 'sessions', own ?? ''))).toEqual([]);
  });
});

describe('a host', () => {
  test('refuses one session more than its limit, and takes it when one has ended', async () => {
    await using fixture = await fixtureHost({ maxSessions: 1 });
    const image = await agentImage('response.end();');
    await textOf(await fixture.host.invoke(sessionSpec(image, 'one'), post()));
    await expect(fixture.host.invoke(sessionSpec(image, 'two'), post())).rejects.toMatchObject({ code: 'TOO_MANY_SESSIONS' });
    await fixture.host.stop(sessionSpec(image, 'one').key);
    expect((await fixture.host.invoke(sessionSpec(image, 'two'), post())).status).toBe(200);
  });

  test('stops what matches, says whether there was something, and starts nothing once it is closed', async () => {
    await using fixture = await fixtureHost();
    const image = await agentImage('response.end();');
    const specs = ['one', 'two', 'three'].map((session) => sessionSpec(image, session));
    for (const spec of specs) await textOf(await fixture.host.invoke(spec, post()));
    const pids = fixture.host.list().map(({ pid }) => pid);
    await fixture.host.stopAll(({ sessionId }) => sessionId !== 'two');
    expect(pids.map(isAlive)).toEqual([false, true, false]);
    expect(await fixture.host.stop(specs[0]?.key ?? sessionSpec(image).key)).toBe(false);
    await fixture.host.close();
    expect(pids.map(isAlive)).toEqual([false, false, false]);
    expect(fixture.host.list()).toEqual([]);
    await expect(fixture.host.invoke(sessionSpec(image), post())).rejects.toMatchObject({ code: 'HOST_CLOSED' });
  });
});
