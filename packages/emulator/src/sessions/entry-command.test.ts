import { expect, test } from 'vitest';

import { entryCommand } from './entry-command.ts';
import type { OciImageConfig } from './types.ts';

const command = (config: NonNullable<OciImageConfig['config']>) => entryCommand({ architecture: 'arm64', os: 'linux', config });

test.each([
  [{ Entrypoint: ['node', '/app/index.mjs'] }],
  [{ Cmd: ['/usr/local/bin/node', '/app/index.mjs'] }],
  [{ Entrypoint: ['docker-entrypoint.sh'], Cmd: ['node', '/app/index.mjs'] }],
  [{ Entrypoint: ['/usr/local/bin/docker-entrypoint.sh'], Cmd: ['/app/index.mjs'] }],
  [{ Entrypoint: ['/sbin/tini', '-g', '--'], Cmd: ['node', '/app/index.mjs'] }],
  [{ Entrypoint: ['dumb-init', 'docker-entrypoint.sh'], Cmd: ['node', '/app/index.mjs'] }],
  [{ Cmd: ['/bin/sh', '-c', 'exec node "/app/index.mjs"'] }],
])('%j starts /app/index.mjs', (config) => {
  expect(command(config)).toEqual({ workingDirectory: '/', options: [], script: '/app/index.mjs', args: [] });
});

test('options of Node, the script and its arguments are told apart', () => {
  expect(
    command({ WorkingDir: '/app', Cmd: ['node', '--enable-source-maps', '-r', './first.cjs', 'server.js', '--verbose', '-r'] }),
  ).toEqual({
    workingDirectory: '/app',
    options: ['--enable-source-maps', '-r', './first.cjs'],
    script: 'server.js',
    args: ['--verbose', '-r'],
  });
  expect(command({ Cmd: ['node', '-e', 'serve()', 'arg'] })).toEqual({ workingDirectory: '/', options: ['-e', 'serve()'], args: ['arg'] });
});

test.each([
  [{ Cmd: ['python', 'agent.py'] }],
  [{ Cmd: ['npm', 'start'] }],
  [{ Cmd: ['sh', '-c', 'node a.js && node b.js'] }],
  [{ Entrypoint: ['tini', '--'] }],
])('%j is refused with the command in the message', (config) => {
  const given = JSON.stringify([...('Entrypoint' in config ? config.Entrypoint : []), ...('Cmd' in config ? config.Cmd : [])]);
  expect(() => command(config)).toThrow(expect.objectContaining({ code: 'IMAGE_UNSUPPORTED', message: expect.stringContaining(given) }));
});

test('an image that starts nothing, or Node without a script, says so', () => {
  expect(() => command({})).toThrow(/neither ENTRYPOINT nor CMD/);
  expect(() => command({ Cmd: ['node'] })).toThrow(/names no script/);
});
