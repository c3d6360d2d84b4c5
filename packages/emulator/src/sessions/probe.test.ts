import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { agentImage, fixtureHost, isAlive, sessionSpec } from './fixture-host.ts';
import { fixtureImage } from './fixture-image.ts';

const server = (port: number, answer: string): string => `
  import { createServer } from 'node:http';
  createServer((request, response) => { ${answer} }).listen(${port}, () => console.log('up'));
`;

test('an agent that answers /ping passes, and nothing of it is left', async () => {
  await using fixture = await fixtureHost();
  await fixture.host.probe(sessionSpec(await agentImage('response.end();')));
  const { pid, reason } = await fixture.event('ended');
  expect(reason).toBe('probed');
  expect(isAlive(pid)).toBe(false);
  expect(fixture.host.list()).toEqual([]);
});

test('what V8 compiled for the probe is kept for its version alone, for as long as there is its runtime', async () => {
  await using fixture = await fixtureHost();
  const image = await agentImage('response.end();');
  const spec = sessionSpec(image);
  await fixture.host.probe(spec);
  const compiled = join(fixture.directory, 'cache', 'compiled');
  const files = async (): Promise<string[]> =>
    (await readdir(compiled, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name);
  expect(await files()).toHaveLength(1);
  await fixture.host.probe(spec);
  expect(await files()).toHaveLength(1);
  // Started with other variables, the same image can compile something else.
  await fixture.host.probe({ ...spec, key: { ...spec.key, version: '2' } });
  expect(await files()).toHaveLength(2);
  const another = { ...spec.key, agentRuntimeArn: `${spec.key.agentRuntimeArn}-2` };
  await fixture.host.probe({ ...spec, key: another });
  expect(await files()).toHaveLength(3);
  await fixture.host.forget(spec.key.agentRuntimeArn);
  expect(await files()).toHaveLength(1);
  expect(await readdir(join(fixture.directory, 'cache', 'tmp'))).toEqual([]);
});

test.concurrent.each([
  ['throws at load', 'import "./missing.mjs";', 'START_FAILED', /ended with exit code 1 before it was ready.*missing\.mjs/s],
  ['has a syntax error', 'const = 1;', 'START_FAILED', /SyntaxError/],
  ['ends by itself', 'console.log("bye");', 'START_FAILED', /exit code 0.*keep running.*bye/s],
  ['is ended by a signal', 'process.kill(process.pid, "SIGSEGV");', 'START_FAILED', /was ended by SIGSEGV.*printed nothing/s],
  [
    'listens nowhere',
    'setInterval(() => undefined, 1000); console.log("up");',
    'START_TIMEOUT',
    /does not listen on port 8080\. It has to serve 0\.0\.0\.0:8080.*Waited 3 s.*up/s,
  ],
  [
    'listens elsewhere',
    server(0, 'response.end()').replace('listen(0', 'listen(18_999'),
    'START_TIMEOUT',
    /not listen on port 8080\. It listens on port 18999 instead/,
  ],
  ['has no /ping', server(8080, 'response.writeHead(404).end()'), 'START_TIMEOUT', /listens on port 8080, but answers GET \/ping with 404/],
  ['never answers /ping', server(8080, ''), 'START_TIMEOUT', /listens on port 8080, but does not answer GET \/ping/],
])('an agent that %s is refused with a reason', async (_name, code, expectedCode, message) => {
  await using fixture = await fixtureHost({ startTimeoutMs: expectedCode === 'START_TIMEOUT' ? 3_000 : 30_000 });
  const image = await fixtureImage([{ 'app/index.mjs': code }]);
  await expect(fixture.host.probe(sessionSpec(image))).rejects.toMatchObject({
    name: 'SessionError',
    code: expectedCode,
    message: expect.stringMatching(message),
  });
  expect(isAlive((await fixture.event('ended')).pid)).toBe(false);
});

test('an image whose script is not there is refused before anything is started', async () => {
  await using fixture = await fixtureHost();
  const image = await fixtureImage([{ 'app/other.mjs': '' }]);
  await expect(fixture.host.probe(sessionSpec(image))).rejects.toThrow(
    'The image starts /app/index.mjs, but holds no such file; /app is there.',
  );
  expect(fixture.events).toEqual([]);
});

test('a machine that cannot hold or start a session is said to be at fault, and not the image', async () => {
  await using fixture = await fixtureHost();
  const image = await agentImage('response.end();');
  await writeFile(join(fixture.directory, 'sessions'), 'a file where a directory should be');
  await expect(fixture.host.probe(sessionSpec(image))).rejects.toMatchObject({ code: 'CACHE_UNWRITABLE' });
  await rm(join(fixture.directory, 'sessions'));
  // Linux takes 128 KiB for one variable.
  await expect(fixture.host.probe(sessionSpec(image, 's', { environment: { LARGE: 'x'.repeat(1 << 20) } }))).rejects.toMatchObject({
    code: 'START_FAILED',
    message: expect.stringContaining('E2BIG'),
  });
  await fixture.host.probe(sessionSpec(image));
});

test('an MCP server is ready when it listens on 8000, and an A2A one answers on 9000', async () => {
  await using fixture = await fixtureHost();
  const mcp = await fixtureImage([{ 'app/index.mjs': server(8000, 'response.writeHead(405).end()') }]);
  await fixture.host.probe(sessionSpec(mcp, 'mcp', { protocol: 'MCP' }));
  const a2a = await fixtureImage([{ 'app/index.mjs': server(9000, 'response.end()') }]);
  await fixture.host.probe(sessionSpec(a2a, 'a2a', { protocol: 'A2A' }));
  expect(fixture.events.filter(({ type }) => type === 'started')).toHaveLength(2);
});
