import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { lockDirectory } from '../locator.ts';
import { startEmulator, type Emulator } from '../start-emulator.ts';
import { clientsOf } from '../test/clients.ts';
import { launchCli } from '../test/launch-cli.ts';
import { runCli } from './run-cli.ts';

const TRUST = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}';
const ROLE = 'arn:aws:iam::123456789012:role';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'agentcore-local-commands-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** The command as a shell would run it, in this process. */
async function run(...args: string[]): Promise<{ status: number; output: string; errors: string }> {
  const written = (stream: NodeJS.WriteStream) => vi.spyOn(stream, 'write').mockReturnValue(true);
  const [output, errors] = [written(process.stdout), written(process.stderr)];
  const textOf = (spy: typeof output) => spy.mock.calls.map(([text]) => String(text)).join('');
  try {
    const status = await runCli(args);
    return { status, output: textOf(output), errors: textOf(errors) };
  } finally {
    output.mockRestore();
    errors.mockRestore();
  }
}
const done = (output: string) => ({ status: 0, output, errors: '' });
const refused = (code: string, text: string) => ({
  status: 2,
  output: '',
  errors: expect.stringMatching(new RegExp(`^agentcore-local: .*${text}.* \\[${code}\\]\n$`)),
});

const logsOf = (emulator: Emulator) => new CloudWatchLogs({ endpoint: emulator.endpoint, region: emulator.region, credentials: emulator });
async function print(emulator: Emulator, logGroupName: string, ...messages: string[]): Promise<void> {
  const logs = logsOf(emulator);
  await logs.createLogGroup({ logGroupName }).catch(() => undefined);
  await logs.createLogStream({ logGroupName, logStreamName: 's' }).catch(() => undefined);
  const timestamp = Date.now();
  await logs.putLogEvents({ logGroupName, logStreamName: 's', logEvents: messages.map((message) => ({ timestamp, message })) });
}
const createRole = (emulator: Emulator, RoleName: string) =>
  clientsOf(emulator).iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST }));

/** Starts with something in it, and stops again where that is wanted. */
async function prepare(name: string, { running }: { running: boolean }) {
  const data = join(directory, name);
  const emulator = await startEmulator({ dataDirectory: data });
  await createRole(emulator, 'one');
  await clientsOf(emulator).secrets.send(new CreateSecretCommand({ Name: 'secret', SecretString: 'text-of-the-secret' }));
  await print(emulator, '/aws/bedrock-agentcore/runtimes/a-DEFAULT', 'first line', 'second line');
  if (!running) await emulator.stop();
  return { data, emulator };
}

describe.each([{ running: true }, { running: false }])('on a directory where an emulator runs: $running', ({ running }) => {
  let data: string;
  let emulator: Emulator;
  const file = () => join(directory, `export-${running}.tar`);
  beforeAll(async () => {
    ({ data, emulator } = await prepare(`running-${running}`, { running }));
  });
  afterAll(() => emulator.stop());

  test('logs prints what was printed, of all groups or of one', async () => {
    expect(await run('logs', '--data', data)).toEqual(
      done(expect.stringMatching(/^\S+Z a-DEFAULT first line\n\S+Z a-DEFAULT second line\n$/) as never),
    );
    const { output } = await run('logs', '--data', data, '--json', '--group', '/aws/bedrock-agentcore/runtimes/a-DEFAULT');
    const lines = output.trimEnd().split('\n');
    expect(JSON.parse(lines[1]!)).toEqual({
      accountId: '123456789012',
      region: 'us-west-2',
      group: '/aws/bedrock-agentcore/runtimes/a-DEFAULT',
      stream: 's',
      at: expect.stringMatching(/Z$/),
      message: 'second line',
    });
    expect(await run('logs', '--data', data, '--group', 'other')).toMatchObject({
      status: 0,
      output: '',
      errors: expect.stringContaining('no logs in other'),
    });
  });

  test('export, reset and import: what was exported is there again', async () => {
    expect(await run('export', file(), '--data', data)).toEqual(
      done(`exported to ${file()}, without the values of secrets and without logs (--with-secrets includes them)\n`),
    );
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect((await readFile(file())).includes('text-of-the-secret')).toBe(false);
    expect((await run('export', file(), '--with-secrets', '--data', data)).output).toContain('keep it as you would keep them');
    const listed = await run('inventory', '--data', data);
    expect(listed.output).toContain(`${ROLE}/one`);

    expect(await run('reset', '--data', data)).toEqual(done('reset: nothing is left; keys are as they were\n'));
    expect(await run('inventory', '--data', data)).toEqual(done('no resources\n'));
    expect((await run('import', file(), '--data', data)).output).toMatch(/^imported the state of \S+Z, with its secrets and keys/);
    expect(await run('inventory', '--data', data)).toEqual(listed);
    expect((await run('logs', '--data', data)).output).toContain('second line');
    expect((await readdir(directory)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('a bad file and a bad place are refused in one line, and nothing changes', async () => {
    const before = await run('inventory', '--data', data);
    const bad = join(directory, 'bad.tar');
    await writeFile(bad, 'x'.repeat(3000));
    expect(await run('import', bad, '--data', data)).toEqual(
      refused('IMPORT_REFUSED', 'bad.tar is not a whole export: .*Nothing was changed'),
    );
    expect(await run('import', join(directory, 'none.tar'), '--data', data)).toEqual(refused('FILE_UNUSABLE', 'none.tar cannot be read'));
    expect(await run('export', join(directory, 'none', 'x.tar'), '--data', data)).toEqual(refused('FILE_UNUSABLE', 'cannot be written'));
    expect(await run('import', directory, '--data', data)).toEqual(refused('FILE_UNUSABLE', 'cannot be read: it is a directory'));
    const device = join(directory, `device-${running}`);
    await symlink('/dev/zero', device);
    expect(await run('import', device, '--data', data)).toEqual(refused('FILE_UNUSABLE', 'cannot be read: it is a device'));
    for (const place of [directory, device])
      expect(await run('export', place, '--data', data)).toEqual(
        refused('FILE_UNUSABLE', 'cannot be written: it is there, and not a file'),
      );
    expect((await lstat(device)).isSymbolicLink()).toBe(true);
    // The beginning of a process's memory can be opened, and not read.
    if (process.platform === 'linux')
      expect(await run('import', '/proc/self/mem', '--data', data)).toEqual(refused('FILE_UNUSABLE', 'mem cannot be read: EIO'));
    for (const command of ['import', 'export'])
      expect(await run(command, '--data', data)).toEqual(refused('INVALID_OPTION', "Missing required argument 'file'."));
    expect(await run('inventory', '--data', data)).toEqual(before);
    expect((await readdir(directory)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

test.each(['logs', 'inventory', 'export'])('%s says so where there is no state, and makes none', async (command) => {
  const data = join(directory, 'mistyped');
  const args = command === 'export' ? [join(directory, 'never.tar')] : [];
  expect(await run(command, ...args, '--data', data)).toEqual(refused('NO_STATE', 'There is no state in .*mistyped'));
  expect(await run('reset', '--data', data)).toEqual(done('reset: there was nothing\n'));
  await expect(readdir(data)).rejects.toThrow('ENOENT');
});

test('a start and a reset leave files alone that are not of the emulator', async () => {
  const data = join(directory, 'shared');
  await mkdir(data);
  for (const name of ['export-2026.tar', 'import-notes.txt']) await writeFile(join(data, name), 'mine');
  const emulator = await startEmulator({ dataDirectory: data });
  await emulator.stop();
  await writeFile(join(data, 'state.sqlite'), 'not a database any more, as far as one can tell. '.repeat(100));
  expect((await run('logs', '--data', data)).errors).toContain('[STATE_DAMAGED]');
  expect((await run('reset', '--data', data)).output).toContain('could not be read and was removed');
  expect((await readdir(data)).toSorted()).toEqual(['export-2026.tar', 'import-notes.txt']);
  await writeFile(join(data, 'lock.sqlite'), 'nor is this. '.repeat(500));
  await writeFile(join(data, 'state.sqlite'), '');
  expect((await run('logs', '--data', data)).errors).toContain('[STATE_DAMAGED]');
  expect((await run('reset', '--data', data)).output).toContain('could not be read and was removed');
});

test('an empty name of a directory is refused: it would be the one that the shell is in', async () => {
  const listening = process.listenerCount('SIGINT');
  for (const command of ['start', 'status', 'reset', 'inventory'])
    expect(await run(command, '--data', '')).toEqual(refused('INVALID_OPTION', 'the name of the directory is empty'));
  await expect(startEmulator({ dataDirectory: '' })).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  // What did not start waits for no signal.
  expect(process.listenerCount('SIGINT')).toBe(listening);
});

test('an emulator that ends when it is asked is followed into its directory', async () => {
  const { data } = await prepare('ending', { running: false });
  const server = createServer((request, response) => {
    if (request.url === '/_emulator/info') return void response.end(JSON.stringify({ endpoint, adminToken: 't' }));
    ending.release();
    server.close();
    response.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ending = lockDirectory(data);
  ending.publish({ endpoint, adminToken: 't', pid: 1 } as Parameters<typeof ending.publish>[0]);
  expect(await run('inventory', '--data', data)).toEqual(done(expect.stringContaining(`${ROLE}/one`) as never));
});

test('an import that begins while an emulator starts goes to that emulator', async () => {
  const { data, emulator } = await prepare('starting', { running: false });
  const file = join(directory, 'starting.tar');
  await run('export', file, '--data', data);
  const starting = lockDirectory(data);
  let looks = 0;
  const server = createServer((request, response) => {
    // At the first look it is not ready yet.
    if (request.url === '/_emulator/info') return void response.writeHead(looks++ === 0 ? 503 : 200).end(JSON.stringify(info));
    request.resume().once('end', () => void response.end('{"secrets":false,"exportedAt":"that day"}'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const info = { ...emulator, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, adminToken: 't' };
  starting.publish(info);
  expect(await run('import', file, '--data', data)).toEqual(done(expect.stringContaining('imported the state of that day') as never));
  starting.release();
  server.close();
});

test('--follow prints lines as they come, each once, until it is told to stop', async () => {
  const { data, emulator } = await prepare('follow', { running: true });
  const cli = launchCli(['logs', '--follow', '--group', '/aws/bedrock-agentcore/runtimes/a-DEFAULT', '--data', data]);
  const lines = createInterface({ input: cli.child.stdout! })[Symbol.asyncIterator]();
  const next = async () => ((await lines.next()).value as string).split(' ').slice(2).join(' ');
  expect([await next(), await next()]).toEqual(['first line', 'second line']);
  await print(emulator, '/other', 'not asked for');
  const many = Array.from({ length: 2500 }, (_, index) => `line ${index}`);
  await print(emulator, '/aws/bedrock-agentcore/runtimes/a-DEFAULT', ...many);
  for (const line of many) expect(await next()).toBe(line);
  cli.child.kill('SIGINT');
  expect(await cli.ended).toBe(0);
  expect(cli.errors()).toBe('');

  const again = launchCli(['logs', '--follow', '--data', data]);
  await expect.poll(() => again.output()).toContain('line 2499');
  await emulator.stop();
  expect(await again.ended).toBe(0);
  expect(again.errors()).toBe('the emulator has ended\n');
  expect(await run('logs', '--follow', '--data', data)).toEqual(refused('NOT_RUNNING', 'no line will come'));
});

test('inventory and logs end quietly when nobody reads, and --follow with them', async () => {
  const { data, emulator } = await prepare('unread', { running: true });
  const unread = async (...args: string[]) => {
    const cli = launchCli([...args, '--data', data]);
    cli.child.stdout!.destroy();
    return { status: await cli.ended, errors: cli.errors() };
  };
  const quiet = { status: 0, errors: '' };
  expect(await Promise.all([unread('inventory'), unread('logs', '--follow'), unread('--help')])).toEqual([quiet, quiet, quiet]);
  await emulator.stop();
});

describe('an emulator that fails while it is asked', () => {
  test.each([
    ['ends', 'NOT_RUNNING', 'ended before it had answered'],
    ['answers half', 'NOT_RUNNING', 'ended before it had answered'],
    ['knows no such route', 'REQUEST_FAILED', 'answered 404 to export.*another version'],
    ['has no room', 'DATA_DIRECTORY_UNUSABLE', 'The disk is full'],
  ])('%s: one line says so', async (how, code, text) => {
    const data = join(directory, how.replaceAll(' ', '-'));
    await mkdir(data);
    const server = createServer((request, response) => {
      if (request.url === '/_emulator/info') return void response.end(JSON.stringify({ endpoint, adminToken: 't' }));
      if (how === 'ends') return void response.destroy();
      if (how === 'knows no such route') return void response.writeHead(404).end('{"message":"There is no such thing."}');
      if (how === 'has no room') return void response.writeHead(507).end(JSON.stringify({ code, message: 'The disk is full.' }));
      response.writeHead(200, { 'content-length': 5000 }).write('x'.repeat(1000), () => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await writeFile(join(data, 'emulator.json'), JSON.stringify({ endpoint, pid: 1, adminToken: 't' }));
    const target = join(directory, `${code}.tar`);
    expect(await run('export', target, '--data', data)).toEqual(refused(code, text));
    await expect(stat(target)).rejects.toThrow('ENOENT');
    server.close();
  });
});
