import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { describe, expect, test } from 'vitest';

import { agentCode, agentImage, fixtureHost, isAlive, post, sessionSpec, textOf } from './fixture-host.ts';
import { fixtureImage } from './fixture-image.ts';

/** One second of a session's life is a hundredth of a real one. */
const FAST = { timeScale: 100 };

describe('an agent that dies', () => {
  test('fails the request that it worked on, with its last words for the log, and the next request has a new one', async () => {
    await using fixture = await fixtureHost();
    const image = await agentImage(`
      if (request.url === '/die') { console.error('Error: out of luck'); process.exit(7); }
      response.end(String(process.pid));
    `);
    const spec = sessionSpec(image);
    const first = await textOf(await fixture.host.invoke(spec, post()));
    await expect(fixture.host.invoke(spec, post('', { path: '/die' }))).rejects.toMatchObject({
      name: 'SessionError',
      code: 'SESSION_CRASHED',
      message: 'The agent ended with exit code 7 before its answer was complete.',
      lastLines: expect.arrayContaining(['Error: out of luck']),
    });
    const second = await textOf(await fixture.host.invoke(spec, post()));
    expect(second).not.toBe(first);
    expect(await fixture.event('ended', ({ pid }) => String(pid) === first)).toMatchObject({
      reason: 'crashed',
      exitCode: 7,
      signal: null,
    });
  });

  test('in the middle of an answer breaks that answer off with an error', async () => {
    await using fixture = await fixtureHost();
    const image = await agentImage(`response.write('half'); setImmediate(() => process.kill(process.pid, 'SIGKILL'));`);
    const response = await fixture.host.invoke(sessionSpec(image), post());
    await expect(textOf(response)).rejects.toMatchObject({ code: 'SESSION_CRASHED', message: expect.stringContaining('SIGKILL') });
  });

  test('is told apart from one that only closes the connection', async () => {
    await using fixture = await fixtureHost();
    const spec = sessionSpec(await agentImage(`request.socket.destroy();`));
    await expect(fixture.host.invoke(spec, post())).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(fixture.host.list()).toMatchObject([{ state: 'ready', inFlight: 0 }]);
  });

  test('takes the processes that it started with it', async () => {
    await using fixture = await fixtureHost();
    const code = `import { spawn } from 'node:child_process';${agentCode(`
      const child = spawn('node', ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' });
      response.end(String(child.pid));
    `)}`;
    const spec = sessionSpec(await fixtureImage([{ 'app/index.mjs': code }]));
    const grandchild = Number(await textOf(await fixture.host.invoke(spec, post())));
    expect(isAlive(grandchild)).toBe(true);
    process.kill(fixture.host.list()[0]?.pid ?? 0, 'SIGKILL');
    await fixture.event('ended');
    await expect.poll(() => isAlive(grandchild)).toBe(false);
  });
});

describe('a session ends', () => {
  test('when nobody has asked it for its idle time-out, and the next request starts another', async () => {
    await using fixture = await fixtureHost(FAST);
    const spec = sessionSpec(await agentImage('response.end(String(process.pid));'), 's', { idleTimeoutSeconds: 20 });
    const first = await textOf(await fixture.host.invoke(spec, post()));
    expect(await fixture.event('ended')).toMatchObject({ reason: 'idle', pid: Number(first) });
    expect(await textOf(await fixture.host.invoke(spec, post()))).not.toBe(first);
  });

  test('not while it works on a request, however long that takes', async () => {
    await using fixture = await fixtureHost(FAST);
    const spec = sessionSpec(await agentImage(`response.write('working'); setTimeout(() => response.end(' done'), 600);`), 's', {
      idleTimeoutSeconds: 10,
    });
    expect(await textOf(await fixture.host.invoke(spec, post()))).toBe('working done');
    expect(await fixture.event('ended')).toMatchObject({ reason: 'idle' });
  });

  test('not while /ping says HealthyBusy, but an idle time-out after it says Healthy again', async () => {
    await using fixture = await fixtureHost(FAST);
    const image = await agentImage(`
      globalThis.status = 'HealthyBusy';
      let pings = 0;
      server.on('request', ({ url }) => { if (url === '/ping' && ++pings === 3) { console.log('done'); globalThis.status = 'Healthy'; } });
      response.end();
    `);
    await textOf(await fixture.host.invoke(sessionSpec(image, 's', { idleTimeoutSeconds: 10 }), post()));
    await fixture.event('output', ({ line }) => line === 'done');
    expect(await fixture.event('ended')).toMatchObject({ reason: 'idle' });
  });

  test('in spite of a HealthyBusy without an integer time, as on AWS, and its developer is warned', async () => {
    await using fixture = await fixtureHost(FAST);
    const image = await agentImage(`globalThis.status = 'HealthyBusy'; globalThis.since = 1795942616.5; response.end();`);
    await textOf(await fixture.host.invoke(sessionSpec(image, 's', { idleTimeoutSeconds: 10 }), post()));
    await fixture.event('output', ({ line }) => line.includes('without an integer time_of_last_update'));
    expect(await fixture.event('ended')).toMatchObject({ reason: 'idle' });
  });

  test('not when /ping says that the status changed just now, but an idle time-out after that', async () => {
    await using fixture = await fixtureHost(FAST);
    const image = await agentImage(`
      let pings = 0;
      server.prependListener('request', ({ url }) => {
        if (url !== '/ping') return;
        console.log('pinged');
        if (++pings === 1) globalThis.since = Math.floor(Date.now() / 1000) + 1;
      });
      response.end();
    `);
    await textOf(await fixture.host.invoke(sessionSpec(image, 's', { idleTimeoutSeconds: 10 }), post()));
    expect(await fixture.event('ended')).toMatchObject({ reason: 'idle' });
    const pings = () => fixture.events.filter((event) => event.type === 'output' && event.line === 'pinged').length;
    await expect.poll(pings).toBeGreaterThan(1);
  });

  test('at its maximum lifetime, also when it is busy, and says so to whoever still waits', async () => {
    await using fixture = await fixtureHost(FAST);
    const spec = sessionSpec(await agentImage(`console.log('parked');`), 's', { maxLifetimeSeconds: 60 });
    await expect(fixture.host.invoke(spec, post())).rejects.toMatchObject({
      code: 'SESSION_STOPPED',
      message: expect.stringContaining('lifetime'),
    });
    expect(await fixture.event('ended')).toMatchObject({ reason: 'lifetime' });
  });

  test('with SIGTERM, so that an agent can finish what it has begun', async () => {
    await using fixture = await fixtureHost();
    const image = await agentImage(`
      process.on('SIGTERM', () => { response.end('finished'); server.close(() => process.exit(0)); server.closeIdleConnections(); });
      response.write('begun, ');
    `);
    const spec = sessionSpec(image);
    const response = await fixture.host.invoke(spec, post());
    const stopping = fixture.host.stop(spec.key);
    expect(await textOf(response)).toBe('begun, finished');
    expect(await stopping).toBe(true);
    expect(await fixture.event('ended')).toMatchObject({ reason: 'stopped', exitCode: 0 });
  });

  test('with SIGKILL when it ignores that', async () => {
    await using fixture = await fixtureHost({ stopGraceMs: 50 });
    const spec = sessionSpec(await agentImage(`process.on('SIGTERM', () => undefined); response.end();`));
    await textOf(await fixture.host.invoke(spec, post()));
    await fixture.host.stop(spec.key);
    expect(await fixture.event('ended')).toMatchObject({ reason: 'stopped', signal: 'SIGKILL' });
  });

  test('while it starts, when it is stopped then', async () => {
    await using fixture = await fixtureHost();
    const spec = sessionSpec(await fixtureImage([{ 'app/index.mjs': `console.log('up'); setInterval(() => undefined, 1000);` }]));
    const invoked = fixture.host.invoke(spec, post());
    const [, stopped] = await Promise.all([
      expect(invoked).rejects.toMatchObject({ code: 'SESSION_STOPPED' }),
      fixture.event('output', ({ line }) => line === 'up').then(() => fixture.host.stop(spec.key)),
    ]);
    expect(stopped).toBe(true);
    expect(fixture.host.list()).toEqual([]);
  });
});

describe('when the emulator is killed with SIGKILL', () => {
  test.each([
    ['waits', 'response.end();', 'none'],
    [
      'ignores SIGTERM and has started a process',
      `process.on('SIGTERM', () => undefined); console.log('child ' + spawn('sleep', ['1000'], { stdio: 'ignore' }).pid); response.end();`,
      'none',
    ],
    [
      'blocks its event loop',
      `response.end(); response.on('finish', () => setTimeout(() => { console.log('blocked'); for (;;); }, 10));`,
      'none',
    ],
    [
      'blocks its event loop in bubblewrap',
      `response.end(); response.on('finish', () => setTimeout(() => { console.log('blocked'); for (;;); }, 10));`,
      'auto',
    ],
  ])('no agent that %s is left', async (_name, handle, isolation) => {
    await using fixture = await fixtureHost();
    const program = join(fixture.directory, 'emulator.mts');
    const here = new URL('.', import.meta.url).href;
    const code = `import { spawn } from 'node:child_process';${agentCode(handle)}`;
    await writeFile(
      program,
      `
      const { createSessionHost } = await import('${here}session-host.ts');
      const { fixtureImage } = await import('${here}fixture-image.ts');
      const { post, sessionSpec, textOf } = await import('${here}fixture-host.ts');
      const host = createSessionHost({ cacheDir: ${JSON.stringify(join(fixture.directory, 'cache'))}, sessionsDir: ${JSON.stringify(join(fixture.directory, 'sessions'))},
        isolation: '${isolation}', log: (event) => event.type === 'output' && console.log(event.line) });
      const spec = sessionSpec(await fixtureImage([{ 'app/index.mjs': ${JSON.stringify(code)} }]));
      await textOf(await host.invoke(spec, post()));
      console.log('agent ' + host.list()[0].pid);
      `,
    );
    const emulator = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines: string[] = [];
    createInterface(emulator.stdout).on('line', (line) => lines.push(line));
    // What each agent prints and what the host prints come in no fixed order.
    const expected = ['agent', ...['child', 'blocked'].filter((word) => handle.includes(`'${word}`))];
    await expect.poll(() => expected.filter((word) => !lines.some((line) => line.startsWith(word)))).toEqual([]);
    const pids = Array.from(lines.join('\n').matchAll(/(?:agent|child) (\d+)/g), ([, pid]) => Number(pid));
    expect(pids.map(isAlive)).not.toContain(false);
    emulator.kill('SIGKILL');
    await once(emulator, 'exit');
    await expect.poll(() => pids.map(isAlive)).not.toContain(true);
  });
});
