import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { cliOf } from '../../../testing/built.ts';
import { COMMANDS } from './cli/commands.ts';
import { createProgram, type Invocation } from './cli/create-program.ts';
import { runCli } from './cli/run-cli.ts';
import { findEmulator } from './locator.ts';
import { startEmulator } from './start-emulator.ts';
import { clientsOf } from './test/clients.ts';
import { VERSION } from './version.ts';

const CLI = cliOf('emulator');
const ROLE = {
  RoleName: 'kept',
  AssumeRolePolicyDocument: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}',
};

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'agentcore-local-cli-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

function launch(...args: string[]) {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, HOME: directory } });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, ended, errors: () => errors, line: async () => (await lines.next()).value as string };
}

async function run(...args: string[]) {
  const { child, ended, errors } = launch(...args);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return { status: await ended, output, errors: errors() };
}

describe('agentcore-local start', () => {
  test('prints one JSON object when it is ready, answers health, and ends cleanly at SIGTERM', async () => {
    const data = join(directory, 'start');
    const started = launch('start', '--port', '0', '--data', data, '--json', '--account', '111122223333', '--region', 'eu-west-1');
    const info = JSON.parse(await started.line()) as Record<string, string>;
    expect(info).toMatchObject({ accountId: '111122223333', region: 'eu-west-1', iam: 'enforce' });
    for (const name of ['endpoint', 'accessKeyId', 'secretAccessKey', 'modelEndpoint', 'modelApiKey', 'adminToken'])
      expect(info[name], name).toBeTypeOf('string');
    expect((await fetch(`${info['endpoint']}/_emulator/health`)).status).toBe(200);
    expect((await findEmulator({ dataDirectory: data }))?.endpoint).toBe(info['endpoint']);
    expect((await run('status', '--data', data)).status).toBe(0);

    const second = await run('start', '--port', '0', '--data', data);
    expect(second.status).toBe(2);
    expect(second.errors).toContain('[ALREADY_RUNNING]');
    expect(second.errors).toContain(info['endpoint']);
    expect(second.errors).not.toContain('    at ');

    started.child.kill('SIGTERM');
    expect(await started.ended).toBe(0);
    expect((await run('status', '--data', data)).status).toBe(3);
  });

  test('removes what it kept for a while when its terminal is closed, which may be said twice', async () => {
    const started = launch('start', '--ephemeral', '--port', '0', '--json');
    const { dataDirectory } = JSON.parse(await started.line()) as { dataDirectory: string };
    expect(await readdir(dataDirectory)).toContain('seal.key');
    started.child.kill('SIGHUP');
    started.child.kill('SIGHUP');
    expect(await started.ended).toBe(0);
    await expect(readdir(dataDirectory)).rejects.toThrow('ENOENT');
  });

  test('keeps what it answered when it is killed, and starts again on the same state', async () => {
    const data = join(directory, 'killed');
    const first = launch('start', '--port', '0', '--data', data, '--json');
    const info = JSON.parse(await first.line()) as never as Parameters<typeof clientsOf>[0] & { modelApiKey: string };
    await clientsOf(info).iam.send(new CreateRoleCommand(ROLE));
    first.child.kill('SIGKILL');
    await first.ended;
    const listed = await run('inventory', '--data', data, '--json');
    expect(JSON.parse(listed.output)).toEqual({
      resources: [
        { accountId: '123456789012', region: 'global', type: 'iam:role', id: 'kept', arn: 'arn:aws:iam::123456789012:role/kept' },
      ],
    });
    const again = await startEmulator({ dataDirectory: data });
    expect(again).toMatchObject({ accessKeyId: info.accessKeyId, secretAccessKey: info.secretAccessKey, modelApiKey: info.modelApiKey });
    await again.stop();
    expect((await stat(join(data, 'seal.key'))).mode & 0o777).toBe(0o600);
  });

  test('says so when the port is taken', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => blocker.once('listening', resolve));
    const { port } = blocker.address() as { port: number };
    const refused = await run('start', '--ephemeral', '--port', String(port));
    blocker.close();
    expect(refused.status).toBe(2);
    expect(refused.errors).toBe(
      `agentcore-local: Port ${port} is taken by another program. Stop it, or start with another --port (0 takes any free one). [PORT_IN_USE]\n`,
    );
  });

  test.each([
    [['start', '--account', '12'], "account: '12' is not valid. Expected 12 digits."],
    [['start', '--region', 'mars'], "region: 'mars' is not valid."],
    [['start', '--iam', 'of'], "iam: 'of' is not valid. Expected 'enforce' or 'off'."],
    [['start', '--isolation', 'docker'], "isolation: 'docker' is not valid. Expected 'auto', 'none', 'bubblewrap' or 'container'."],
    [
      ['start', '--container-engine', 'podman'],
      "container-engine: 'podman' is not valid. Expected podman or its path, beside the isolation",
    ],
    [
      ['start', '--isolation', 'container', '--container-engine', 'no-such'],
      'in containers, but no-such is not installed, or not on PATH.',
    ],
    [['start', '--isolation', 'container', '--container-engine', process.execPath], 'and only podman can run'],
    [['start', '--port', '99999'], "port: '99999' is not valid."],
    [['start', '--port', '0', '--data', CLI], `The data directory ${CLI} cannot be written`],
    [['start', '--data', 'x', '--ephemeral'], "Option '--ephemeral' cannot be used with option '--data <directory>'."],
    [['start', '--data', '--json'], "Option '--data <directory>' argument '--json' is invalid. A value is missing."],
    [['start', '--data', ''], '--data: the name of the directory is empty.'],
    [['strat'], "Unknown command 'strat'. Did you mean start? See agentcore-local --help."],
    [['toString'], "Unknown command 'toString'."],
    [['start', '--prot', '1'], "Unknown option '--prot'. Did you mean --port? See agentcore-local start --help."],
    [['start', '--secret=sk-1'], "Unknown option '--secret'. "],
    [['--json', 'status'], "Unknown option '--json'. Options follow the command."],
    [['status', '--port', '1'], "Unknown option '--port'."],
    [['status', 'now'], "Too many arguments for 'status'."],
    [['export'], "Missing required argument 'file'."],
    [['exec', '--ephemeral'], "Missing required argument 'command'."],
  ])('refuses %j in one line', async (args, message) => {
    const written: string[] = [];
    const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    const status = await runCli(args).finally(() => stderr.mockRestore());
    expect(status).toBe(2);
    expect(written).toHaveLength(1);
    expect(written[0]).toContain(message);
    expect(written[0]).toMatch(/^agentcore-local: [^\n]* \[[A-Z_]+\]\n$/);
  });
});

describe('agentcore-local --help', () => {
  const print = async (...args: string[]) => {
    const written = { out: '', err: '' };
    const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((written.out += String(text)), true));
    const err = vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((written.err += String(text)), true));
    try {
      return { status: await runCli(args), ...written };
    } finally {
      out.mockRestore();
      err.mockRestore();
    }
  };

  test('lists every command; without a command the list is an error', async () => {
    const help = await print('--help');
    expect(help).toMatchObject({ status: 0, err: '' });
    for (const name of Object.keys(COMMANDS)) expect(help.out).toMatch(new RegExp(`^  ${name} `, 'm'));
    expect(await print('help')).toEqual(help);
    expect(await print()).toEqual({ status: 2, out: '', err: help.out });
  });

  test('prints the version', async () => expect(await print('--version')).toEqual({ status: 0, out: `${VERSION}\n`, err: '' }));

  test.each(Object.entries(COMMANDS))('of %s shows an example that the parser accepts', async (name, { example }) => {
    const help = await print(name, '--help');
    expect(help).toMatchObject({ status: 0, err: '', out: expect.stringContaining(`  $ ${example}\n`) });
    expect(await print('help', name)).toEqual(help);
    const invoked: Invocation[] = [];
    createProgram((invocation) => invoked.push(invocation)).parse(example.split(' ').slice(1), { from: 'user' });
    expect(invoked.map(({ command }) => command)).toEqual([COMMANDS[name]]);
  });
});

describe('agentcore-local exec', () => {
  test('leaves the options of its command alone, with and without --', async () => {
    const print = 'console.log(process.argv.slice(1).join())';
    const command = [process.execPath, '-e', print, '--', '--ephemeral', '--help'];
    for (const args of [command, ['--', ...command]])
      expect(await run('exec', '--ephemeral', ...args)).toEqual({ status: 0, output: '--ephemeral,--help\n', errors: '' });
  });

  test('gives its command the environment of an emulator of its own, and exits as the command did', async () => {
    const script =
      'const r = await fetch(process.env.AWS_ENDPOINT_URL + "/_emulator/health"); console.log(r.status, Object.keys(process.env).filter((k) => /^(AWS|OPENAI|BEDROCK_AGENTCORE)_/.test(k)).sort().join()); process.exit(7)';
    const { status, output } = await run('exec', '--ephemeral', '--', process.execPath, '--input-type=module', '-e', script);
    expect(status).toBe(7);
    for (const name of [
      'AWS_ENDPOINT_URL',
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_REGION',
      'AWS_DEFAULT_REGION',
      'OPENAI_BASE_URL',
      'OPENAI_API_KEY',
      'BEDROCK_AGENTCORE_CP_ENDPOINT',
      'BEDROCK_AGENTCORE_DP_ENDPOINT',
    ])
      expect(output).toContain(name);
    expect(output).toMatch(/^200 /);
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('passes %s on, and frees the port', async (signal, status) => {
    const script = 'console.log(process.env.AWS_ENDPOINT_URL); setInterval(() => {}, 1000)';
    const started = launch('exec', '--ephemeral', '--', process.execPath, '-e', script);
    const endpoint = await started.line();
    started.child.kill(signal);
    expect(await started.ended).toBe(status);
    await expect(fetch(endpoint)).rejects.toThrow('fetch failed');
  });

  test.each([
    ['is a file that is no program', fileURLToPath(new URL('../package.json', import.meta.url)), 'EACCES'],
    ['is below a file', fileURLToPath(new URL('../package.json/x', import.meta.url)), 'ENOTDIR'],
    ['has no name', '', ''],
  ])('says so in one line when the command %s', async (_what, command, code) => {
    const { status, errors } = await run('exec', '--ephemeral', '--', command);
    expect(status).toBe(2);
    expect(errors).toMatch(new RegExp(`^agentcore-local: The command '${command}' cannot be run: .*${code}.* \\[COMMAND_NOT_FOUND\\]\n$`));
  });

  test('says so when the command does not exist', async () => {
    expect(await run('exec', '--ephemeral', '--', 'no-such-command')).toMatchObject({
      status: 2,
      errors: "agentcore-local: The command 'no-such-command' was not found. [COMMAND_NOT_FOUND]\n",
    });
  });
});

test('the locator holds no key', async () => {
  const emulator = await startEmulator({ dataDirectory: join(directory, 'locator') });
  const text = await readFile(join(emulator.dataDirectory, 'emulator.json'), 'utf8');
  expect(text).toContain(emulator.endpoint);
  for (const secret of [emulator.secretAccessKey, emulator.modelApiKey]) expect(text).not.toContain(secret);
  await emulator.stop();
});
