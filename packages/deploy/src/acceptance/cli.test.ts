import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { cliOf } from '../../../../testing/built.ts';
import { rounds } from '../../../../testing/seed.ts';
import { COMMANDS } from '../cli/commands.ts';
import { createProgram, type Invocation } from '../cli/create-program.ts';
import { isSkippedWithout } from '../../../../testing/is-skipped-without.ts';
import { main } from '../cli/main.ts';
import type { World } from '../test/world.ts';
import { startWorld } from '../test/world.ts';
import { VERSION } from '../version.ts';

const LAST_STEP = '"type":"finished","step":"runtime"';

let world: World;
let config: string;
beforeAll(async () => {
  world = await startWorld();
  config = join(world.directory, 'agent.json');
  await writeFile(config, JSON.stringify(world.agent().definition));
});
afterAll(() => world.close());

async function run(...argv: string[]): Promise<{ status: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const status = await main(argv, {
    out: { write: (text) => (out += text) },
    err: { write: (text) => (err += text) },
    signal: new AbortController().signal,
  });
  return { status, out, err };
}

const lines = (out: string): Record<string, unknown>[] =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('plan, deploy, status, invoke, stop and destroy, as JSON lines and for people', async () => {
  const plan = await run('plan', '--config', config);
  expect(plan).toMatchObject({ status: 0, err: '', out: expect.stringMatching(/create +runtime/) });
  expect(world.emulator.inventory()).toEqual([]);

  const deploy = await run('deploy', '--config', config, '--json');
  expect(deploy).toMatchObject({ status: 0, err: '' });
  expect(lines(deploy.out).at(-1)).toMatchObject({ type: 'result', status: 'READY', agentRuntimeVersion: '1' });
  expect(lines(deploy.out).filter(({ type }) => type === 'finished').length).toBeGreaterThan(5);
  expect((await run('deploy', '--config', config)).out).toMatch(/= runtime .*version 1\nREADY: arn:/);

  expect(await run('status', '--config', config)).toMatchObject({
    status: 0,
    out: expect.stringContaining('READY in us-west-2 of account'),
  });
  expect(await run('invoke', '--config', config, '{"mode":"stream"}')).toMatchObject({ status: 0, out: '2 x 2 is 4 \n' });
  const session = 'a-session-of-more-than-33-characters';
  expect(lines((await run('invoke', '--config', config, '--json', '--session', session, 'Hello')).out)).toEqual([
    { type: 'result', contentType: 'application/json', sessionId: session, value: '2 x 2 is 4' },
  ]);
  await run('invoke', '--config', config, '{"mode":"print","seen":"for the log"}');
  await expect.poll(async () => (await run('logs', '--config', config)).out).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z for the log$/m);
  expect(lines((await run('logs', '--config', config, '--json')).out)).toContainEqual({
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    message: 'for the log',
    stream: expect.stringContaining('[runtime-logs-'),
  });
  expect(await run('stop', '--config', config, '--session', session)).toMatchObject({ status: 0 });
  expect(await run('invoke', '--config', config, '{"mode":"fail"}')).toMatchObject({ status: 1, err: 'AGENT_ERROR: not allowed\n' });

  expect((await run('destroy', '--config', config, '--dry-run')).out).toMatch(/would delete .*\nnothing was deleted/);
  expect(await run('destroy', '--config', config)).toMatchObject({ status: 0, out: expect.stringContaining('nothing is left') });
  expect(world.emulator.inventory()).toEqual([]);
  expect(await run('status', '--config', config)).toMatchObject({ status: 1, out: expect.stringContaining('NOT_DEPLOYED') });
});

test.skipIf(isSkippedWithout('script'))(
  'on a real terminal the line that says what is under way is gone at the end, and there is none in a pipe',
  async () => {
    const cli = cliOf('deploy');
    const command = `'${process.execPath}' '${cli}' deploy --config '${config}'`;
    const env = { ...process.env, ...world.emulator.env, TERM: 'xterm' };
    const of = async (file: string, args: string[]) => (await promisify(execFile)(file, args, { env })).stdout;
    // util-linux's: runs a command on a pseudo-terminal of its own.
    const shown = await of('script', ['--quiet', '--return', '--command', command, '/dev/null']);
    expect(shown).toMatch(/… bundle[^\n]*\r/);
    // What stays of each line is what comes after it was last taken away.
    const kept = shown.split('\n').map((line) => line.split('\r\u001B[K').at(-1));
    // A state that is waited for is a line of its own, and stays.
    expect(kept.join('\n')).not.toMatch(/… (?!runtime +\S+: CREATING)/);
    expect(shown.trimEnd()).toMatch(/READY: arn:\S+ version 1$/);
    const piped = await of('sh', ['-c', command]);
    expect(piped).not.toContain('\u001B');
    expect(piped).toMatch(/= runtime /);
    expect((await run('destroy', '--config', config)).status).toBe(0);
  },
);

test('a signal that comes when all is done does not make it a failure; one that comes before leaves nothing', async () => {
  const { inventory, env } = world.emulator;
  for (const afterMs of Array.from({ length: rounds(1, 12) }, (_, round) => round)) {
    const before = inventory();
    const args = ['deploy', '--config', config, '--on-failure', 'rollback', '--json'];
    const child = spawn(process.execPath, [cliOf('deploy'), ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (!out.includes(LAST_STEP) && (out + text).includes(LAST_STEP)) setTimeout(() => child.kill('SIGTERM'), afterMs);
      out += text;
    });
    const [status] = (await once(child, 'close')) as [number | null];
    if (status === 0) {
      expect(lines(out).at(-1)).toMatchObject({ status: 'READY' });
      expect((await run('destroy', '--config', config)).status).toBe(0);
    } else {
      expect({ status, last: lines(out).at(-1) }).toMatchObject({ status: 1, last: { code: 'ABORTED' } });
    }
    expect(inventory()).toEqual(before);
  }
});

test('a mistake in the call is one paragraph without a stack, and status 2', async () => {
  expect(await run('deploy')).toMatchObject({ status: 2, err: 'INVALID_CONFIG: No agent was given. Pass --name NAME or --config FILE.\n' });
  for (const word of ['fly', 'toString', 'constructor', '__proto__'])
    expect(await run(word, '--name', 'a')).toMatchObject({
      status: 2,
      out: '',
      err: expect.stringContaining(`Unknown command '${word}'.`),
    });
  for (const [argv, message] of [
    [['destory', '--name', 'a'], "Unknown command 'destory'. Did you mean destroy? See agentcore-deploy --help."],
    [['deploy', '--nmae', 'x'], "Unknown option '--nmae'. Did you mean --name? See agentcore-deploy deploy --help."],
    [['deploy', '--password=sk-1'], "Unknown option '--password'. See agentcore-deploy deploy --help."],
    [['--json', 'status'], "Unknown option '--json'. Options follow the command. See agentcore-deploy --help."],
    [
      ['plan', '--entry', '--json'],
      "Option '--entry <file>' argument '--json' is invalid. A value is missing. See agentcore-deploy plan --help.",
    ],
    [
      ['plan', '--env', '--json'],
      "Option '--env <key=value>' argument '--json' is invalid. A value is missing. See agentcore-deploy plan --help.",
    ],
    [['logs', '--dry-run'], "Unknown option '--dry-run'. See agentcore-deploy logs --help."],
    [['status', 'now'], "Too many arguments for 'status'. Expected 0 arguments but got 1. See agentcore-deploy status --help."],
    [['invoke', '--name', 'a'], "Missing required argument 'payload'. See agentcore-deploy invoke --help."],
  ] as const) {
    if (argv.includes('--json' as never))
      expect(lines((await run(...argv)).out)).toEqual([{ type: 'error', code: 'INVALID_CONFIG', message }]);
    else expect(await run(...argv)).toEqual({ status: 2, out: '', err: `INVALID_CONFIG: ${message}\n` });
  }
  expect(await run('deploy', '--name', 'a-b')).toMatchObject({
    status: 2,
    err: expect.stringMatching(/^INVALID_CONFIG: .*must be a letter/),
  });
  expect(await run('deploy', '--name', 'x', '--env', 'PRIVATE-VALUE')).toMatchObject({
    status: 2,
    err: 'INVALID_CONFIG: --env expects KEY=VALUE.\n',
  });
  expect(await run('deploy', '--config', '/nowhere.json')).toMatchObject({
    status: 2,
    err: expect.stringContaining('/nowhere.json cannot be read'),
  });
  expect(lines((await run('deploy', '--config', config, '--entry', 'nowhere.ts', '--json')).out).at(-1)).toMatchObject({
    type: 'error',
    code: 'ENTRY_NOT_FOUND',
  });
  for (const timeout of ['3000000', '0', 'soon']) {
    expect(await run('status', '--config', config, '--timeout', timeout)).toMatchObject({
      status: 2,
      err: `INVALID_CONFIG: --timeout: '${timeout}' is not valid. Expected seconds, more than 0 and at most 2147483.\n`,
    });
  }
});

test('--help lists every command; without a command the list is an error', async () => {
  const help = await run('--help');
  expect(help).toMatchObject({ status: 0, err: '' });
  for (const name of Object.keys(COMMANDS)) expect(help.out).toMatch(new RegExp(`^  ${name} `, 'm'));
  expect(await run('help')).toEqual(help);
  expect(await run()).toEqual({ status: 2, out: '', err: help.out });
  expect(await run('--version')).toEqual({ status: 0, out: `${VERSION}\n`, err: '' });
});

test.each(Object.entries(COMMANDS))('the help of %s shows an example that the parser accepts', async (name, { example }) => {
  const help = await run(name, '--help');
  expect(help).toMatchObject({ status: 0, err: '', out: expect.stringContaining(`  $ ${example}\n`) });
  expect(await run('help', name)).toEqual(help);
  const invoked: Invocation[] = [];
  const nowhere = { write: () => true };
  createProgram({ out: nowhere, err: nowhere, onCommand: (invocation) => invoked.push(invocation) }).parse(example.split(' ').slice(1), {
    from: 'user',
  });
  expect(invoked.map(({ command }) => command)).toEqual([COMMANDS[name]]);
});

test('the entry in a JSON file is seen from that file, and one on the command line from where one is', async () => {
  const file = join(world.directory, 'relative.json');
  await writeFile(file, JSON.stringify({ ...world.agent().definition, entry: 'agent.ts' }));
  expect(await run('plan', '--config', file)).toMatchObject({ status: 0, out: expect.stringContaining(`bundle     ${world.entry}:`) });
  expect(await run('plan', '--config', file, '--entry', 'agent.ts')).toMatchObject({
    status: 1,
    err: expect.stringContaining(`There is no file ${resolve('agent.ts')}`),
  });
  await writeFile(file, 'null');
  expect(await run('plan', '--config', file, '--name', 'a')).toMatchObject({
    status: 2,
    err: expect.stringContaining('expected an object'),
  });
});

test('eject writes a Dockerfile for the same image, and lets nothing else into it', async () => {
  const out = await mkdtemp(join(world.directory, 'ejected-'));
  expect(await run('eject', '--config', config, '--out', out)).toMatchObject({
    status: 0,
    out: expect.stringContaining('--platform linux/arm64'),
  });
  const dockerfile = await readFile(join(out, 'Dockerfile'), 'utf8');
  expect(dockerfile).toContain('FROM --platform=linux/arm64 public.ecr.aws/docker/library/node:22-slim');
  expect(dockerfile).toContain('USER 1000');
  expect(await readFile(join(out, '.dockerignore'), 'utf8')).toBe('*\n!index.mjs\n');
  expect(await readFile(join(out, 'index.mjs'), 'utf8')).toContain('2 x 2 is 4');
});

test('the commands that eject tells are complete: the repository that is pushed to is made first', async () => {
  const { commands } = await world.agent({ name: 'ejected' }).eject(join(world.directory, 'commands'));
  const region = world.emulator.region;
  const image = `ACCOUNT.dkr.ecr.${region}.amazonaws.com/bedrock-agentcore-ejected:latest`;
  expect(commands).toEqual([
    `aws ecr create-repository --region ${region} --repository-name bedrock-agentcore-ejected`,
    expect.stringContaining('docker login'),
    expect.stringContaining(`--tag ${image} --push`),
    `agentcore-deploy deploy --name ejected --region ${region} --image ${image}`,
  ]);
});

test('eject overwrites nothing: a file of that name is named, and nothing at all is written', async () => {
  const out = await mkdtemp(join(world.directory, 'mine-'));
  const entry = join(out, 'index.mjs');
  await writeFile(entry, 'setInterval(() => {}, 1000); // my own source\n');
  await writeFile(join(out, '.dockerignore'), 'mine\n');
  expect(await run('eject', '--config', config, '--entry', entry, '--out', out)).toMatchObject({
    status: 2,
    err: expect.stringMatching(/\.dockerignore, .*index\.mjs exist already/),
  });
  expect((await readdir(out)).toSorted()).toEqual(['.dockerignore', 'index.mjs']);
  expect(await readFile(entry, 'utf8')).toContain('my own source');
  expect(await readFile(join(out, '.dockerignore'), 'utf8')).toBe('mine\n');

  expect(await run('eject', '--config', config, '--out', world.entry)).toMatchObject({ status: 2 });
});

test('eject again where nothing is different is no mistake; after a change of the code it is refused', async () => {
  const out = await mkdtemp(join(world.directory, 'again-'));
  expect(await run('eject', '--config', config, '--out', out)).toMatchObject({ status: 0 });
  expect(await run('eject', '--config', config, '--out', out)).toMatchObject({ status: 0 });
  await world.edit('new code');
  const again = await run('eject', '--config', config, '--out', out);
  await world.edit('2 x 2 is 4');
  expect(again).toMatchObject({ status: 2, err: expect.stringContaining(`${join(out, 'index.mjs')} exists already`) });
  expect(await readFile(join(out, 'index.mjs'), 'utf8')).toContain('2 x 2 is 4');
});

test('status of a name alone compares with nothing that nobody described', async () => {
  const zipped = join(world.directory, 'zipped.json');
  await writeFile(zipped, JSON.stringify({ ...world.agent().definition, artifact: 'zip', credentials: ['openai'] }));
  expect((await run('deploy', '--config', zipped)).status).toBe(0);
  const { endpoint = '', credentials } = world.aws;
  vi.stubEnv('AWS_ENDPOINT_URL', endpoint);
  vi.stubEnv('AWS_ACCESS_KEY_ID', credentials?.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', credentials?.secretAccessKey);
  try {
    const named = await run('status', '--name', 'test_agent', '--region', world.emulator.region);
    expect(named).toMatchObject({ status: 0, err: '', out: expect.stringContaining('READY') });
    expect(named.out).not.toContain('differs');
    const described = await run('status', '--name', 'test_agent', '--region', world.emulator.region, '--artifact', 'zip');
    expect(described.out).toContain('differs: policies: policy agentcore-credentials: removed');
  } finally {
    vi.unstubAllEnvs();
  }
  expect((await run('destroy', '--config', zipped)).status).toBe(0);
});
