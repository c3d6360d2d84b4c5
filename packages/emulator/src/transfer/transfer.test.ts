import { createReadStream, createWriteStream } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DatabaseSync } from 'node:sqlite';
import { GetResourceApiKeyCommand, GetWorkloadAccessTokenCommand, InvokeAgentRuntimeCommand } from '@aws-sdk/client-bedrock-agentcore';
import {
  CreateApiKeyCredentialProviderCommand,
  CreateOauth2CredentialProviderCommand,
  CreateWorkloadIdentityCommand,
  GetAgentRuntimeCommand,
  UpdateApiKeyCredentialProviderCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { CreateSecretCommand, GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { packTar, unpackTar } from 'modern-tar';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { EmulatorError } from '../emulator-error.ts';
import { startEmulator, type Emulator } from '../start-emulator.ts';
import { openDirectory } from '../store/open-directory.ts';
import { clientsOf, failureOf } from '../test/clients.ts';
import { launchCli } from '../test/launch-cli.ts';
import { pushRuntime } from '../test/push-runtime.ts';
import { importState } from './import-state.ts';

const AGENT = `
import http from 'node:http';
http.createServer((request, response) => {
  if (request.url === '/ping') return response.end('{"status":"Healthy"}');
  console.log('printed-by-the-agent');
  response.end(JSON.stringify({ pid: process.pid, said: process.env.SAID ?? null }));
}).listen(8080, '0.0.0.0');
`;
const TRUST = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}';
/** Whatever must not leave without being asked for. */
const SECRETS = ['sk-of-the-provider', 'text-of-the-secret', 'value-of-the-variable', 'secret-of-the-client', 'printed-by-the-agent'];

let directory: string;
let source: Emulator;
let agentRuntimeArn: string;
let agentRuntimeId: string;
/** Exports of the same state, without secrets and with them. */
let plain: string;
let whole: string;

async function invoke(emulator: Emulator, session = 'session'): Promise<{ pid: number; said: string | null }> {
  const answer = await clientsOf(emulator).data.send(
    new InvokeAgentRuntimeCommand({ agentRuntimeArn, runtimeSessionId: session.padEnd(33, '-'), payload: Buffer.from('{}') }),
  );
  return JSON.parse(await answer.response!.transformToString()) as never;
}

async function apiKeyOf(emulator: Emulator) {
  const { data } = clientsOf(emulator);
  const { workloadAccessToken } = await data.send(new GetWorkloadAccessTokenCommand({ workloadName: 'workload' }));
  const command = { resourceCredentialProviderName: 'provider', workloadIdentityToken: workloadAccessToken };
  return (await data.send(new GetResourceApiKeyCommand(command))).apiKey;
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'agentcore-local-transfer-'));
  source = await startEmulator({ dataDirectory: join(directory, 'source'), stateDelayMs: 0 });
  const clients = clientsOf(source);
  await clients.control.send(new CreateApiKeyCredentialProviderCommand({ name: 'provider', apiKey: SECRETS[0] }));
  await clients.secrets.send(new CreateSecretCommand({ Name: 'secret', SecretString: SECRETS[1] }));
  await clients.control.send(
    new CreateOauth2CredentialProviderCommand({
      name: 'oauth2',
      credentialProviderVendor: 'CustomOauth2',
      oauth2ProviderConfigInput: {
        customOauth2ProviderConfig: {
          oauthDiscovery: { discoveryUrl: source.vendor.discoveryUrl },
          clientId: 'client',
          clientSecret: SECRETS[3],
        },
      },
    }),
  );
  await clients.control.send(new CreateWorkloadIdentityCommand({ name: 'workload' }));
  ({ agentRuntimeArn, agentRuntimeId } = await pushRuntime(clients, 'agent', AGENT, { environmentVariables: { SAID: SECRETS[2]! } }));
  await invoke(source);
  await vi.waitFor(() => expect(source.logs().map(({ message }) => message)).toEqual([SECRETS[4]]));
  plain = join(directory, 'plain.tar');
  whole = join(directory, 'whole.tar');
  await pipeline(await source.exportState(), createWriteStream(plain));
  await pipeline(await source.exportState({ secrets: true }), createWriteStream(whole));
});
afterAll(async () => {
  await source?.stop();
  await rm(directory, { recursive: true, force: true });
});

const resourcesOf = (emulator: Emulator) => emulator.inventory().filter(({ type }) => type !== 'bedrock-agentcore:runtime-session');

describe('an export with secrets', () => {
  test('is the whole state: on another directory it is the same emulator again', async () => {
    const dataDirectory = join(directory, 'whole');
    expect(await importState({ file: whole, dataDirectory })).toEqual({ secrets: true, exportedAt: expect.any(String) });
    const copy = await startEmulator({ dataDirectory, stateDelayMs: 0 });
    expect(resourcesOf(copy)).toEqual(resourcesOf(source));
    expect(copy).toMatchObject({
      accessKeyId: source.accessKeyId,
      secretAccessKey: source.secretAccessKey,
      modelApiKey: source.modelApiKey,
    });
    expect(copy.vendor.clientSecret).toBe(source.vendor.clientSecret);
    expect(await apiKeyOf(copy)).toBe(SECRETS[0]);
    expect((await clientsOf(copy).secrets.send(new GetSecretValueCommand({ SecretId: 'secret' }))).SecretString).toBe(SECRETS[1]);
    // The image came with it, too.
    expect((await invoke(copy)).said).toBe(SECRETS[2]);
    await vi.waitFor(() => expect(copy.logs()).toHaveLength(2));
    expect(copy.logs()[0]).toEqual(source.logs()[0]);
    await copy.stop();
    expect(await readdir(dataDirectory)).not.toContain('transfer');
  });

  test('brings its keys to an emulator that has others, whose own go on working', async () => {
    const dataDirectory = join(directory, 'merged');
    const first = await startEmulator({ dataDirectory });
    await clientsOf(first).secrets.send(new CreateSecretCommand({ Name: 'gone', SecretString: 'x' }));
    await first.stop();
    await importState({ file: whole, dataDirectory });
    // Twice: keys that are there already are not added again.
    await importState({ file: whole, dataDirectory });
    const second = await startEmulator({ dataDirectory });
    const read = (credentials: { accessKeyId: string; secretAccessKey: string }) =>
      clientsOf({ ...credentials, endpoint: second.endpoint, region: second.region }).secrets.send(
        new GetSecretValueCommand({ SecretId: 'secret' }),
      );
    expect((await read(first)).SecretString).toBe(SECRETS[1]);
    expect((await read(source)).SecretString).toBe(SECRETS[1]);
    expect(second.modelApiKey).toBe(source.modelApiKey);
    expect((await failureOf(clientsOf(second).secrets.send(new GetSecretValueCommand({ SecretId: 'gone' })))).name).toBe(
      'ResourceNotFoundException',
    );
    await second.stop();
    expect((await readFile(join(dataDirectory, 'seal.key'))).length).toBe(64);
  });
});

describe('an export without secrets', () => {
  test('holds no value, sealed or not, and no key', async () => {
    const bytes = await readFile(plain);
    const sealKey = await readFile(join(source.dataDirectory, 'seal.key'));
    const keys = [source.secretAccessKey, source.modelApiKey, source.vendor.clientSecret, source.adminToken, source.accessKeyId];
    for (const secret of [...SECRETS, ...keys, sealKey, 'sealed']) expect(bytes.includes(secret), String(secret)).toBe(false);
    // The names are there, and the search would have found the rest.
    for (const name of ['provider', 'secret', 'oauth2', agentRuntimeId]) expect(bytes.includes(name), name).toBe(true);
    const other = await readFile(whole);
    expect([other.includes(SECRETS[4]!), other.includes(sealKey), other.includes('sealed')]).toEqual([true, true, true]);
  });

  test('brings every resource; values are missing until they are set again, and nothing breaks over that', async () => {
    const dataDirectory = join(directory, 'plain');
    const first = await startEmulator({ dataDirectory });
    await first.stop();
    expect(await importState({ file: plain, dataDirectory })).toMatchObject({ secrets: false });
    const faults: unknown[] = [];
    const copy = await startEmulator({ dataDirectory, stateDelayMs: 0, onFault: (error) => faults.push(error) });
    expect(copy).toMatchObject({ accessKeyId: first.accessKeyId, modelApiKey: first.modelApiKey });
    expect(resourcesOf(copy)).toEqual(resourcesOf(source));
    const { secrets, control } = clientsOf(copy);
    expect((await failureOf(secrets.send(new GetSecretValueCommand({ SecretId: 'secret' })))).name).toBe('ResourceNotFoundException');
    expect((await failureOf(apiKeyOf(copy))).$metadata?.httpStatusCode).toBeLessThan(500);
    const { environmentVariables } = await control.send(new GetAgentRuntimeCommand({ agentRuntimeId }));
    expect(environmentVariables ?? {}).toEqual({});
    expect((await invoke(copy)).said).toBeNull();

    await secrets.send(new PutSecretValueCommand({ SecretId: 'secret', SecretString: 'set again' }));
    expect((await secrets.send(new GetSecretValueCommand({ SecretId: 'secret' }))).SecretString).toBe('set again');
    await control.send(new UpdateApiKeyCredentialProviderCommand({ name: 'provider', apiKey: 'sk-again' }));
    expect(await apiKeyOf(copy)).toBe('sk-again');
    expect(faults).toEqual([]);
    await copy.stop();
  });
});

/** What a data directory holds, byte for byte as far as it counts. */
async function stateOf(dataDirectory: string): Promise<string> {
  const { store, close } = openDirectory(dataDirectory);
  try {
    const items = store.items.kinds().flatMap((kind) => store.items.all(kind));
    const files = (await readdir(join(dataDirectory, 'blobs'), { recursive: true })).toSorted();
    return JSON.stringify([items, store.logs.arrivals(0, 1000), files, await readFile(join(dataDirectory, 'seal.key'), 'hex')]);
  } finally {
    close();
  }
}

describe('a file that is not a whole export is refused, and leaves what was there', () => {
  let dataDirectory: string;
  let before: string;
  beforeAll(async () => {
    dataDirectory = join(directory, 'target');
    await importState({ file: whole, dataDirectory });
    const emulator = await startEmulator({ dataDirectory });
    await clientsOf(emulator).iam.send(new CreateRoleCommand({ RoleName: 'mine', AssumeRolePolicyDocument: TRUST }));
    await emulator.stop();
    before = await stateOf(dataDirectory);
  });

  async function refusal(bytes: Uint8Array): Promise<EmulatorError> {
    const file = join(directory, 'bad.tar');
    await writeFile(file, bytes);
    const error = await failureOf(importState({ file, dataDirectory }));
    expect(error).toBeInstanceOf(EmulatorError);
    expect(await stateOf(dataDirectory)).toBe(before);
    expect(await readdir(join(dataDirectory, 'transfer')).catch(() => [])).toEqual([]);
    return error as EmulatorError;
  }
  /** The export with its entries changed, as somebody would who knows the format. */
  async function rebuilt(change: (entries: Map<string, Uint8Array>) => void): Promise<Uint8Array> {
    const entries = new Map((await unpackTar(await readFile(whole))).map(({ header, data }) => [header.name, data!]));
    change(entries);
    return packTar([...entries].map(([name, body]) => ({ header: { name, size: body.length }, body })));
  }
  const json = (bytes: Uint8Array) =>
    JSON.parse(Buffer.from(bytes).toString()) as { version: number; emulator: string; files: Record<string, string> };

  test.each([
    ['nothing', () => Buffer.alloc(0)],
    ['text', () => Buffer.from('not a tar file at all '.repeat(100))],
    ['an empty archive', () => Buffer.alloc(1024)],
  ])('%s', async (_case, bytes) => {
    expect((await refusal(bytes())).code).toBe('IMPORT_REFUSED');
  });

  test('one that was cut off, wherever', async () => {
    const bytes = await readFile(whole);
    for (let index = 0; index < 12; index += 1) {
      // The last kilobyte is the end mark of the format: nothing is lost with it.
      const end = Math.floor(Math.random() * (bytes.length - 1024));
      const error = await refusal(bytes.subarray(0, end));
      expect(error.code, `cut at ${end}`).toBe('IMPORT_REFUSED');
      expect(error.message).toContain('Nothing was changed');
    }
  });

  test('one in which a byte of the state or of an image was changed', async () => {
    for (const part of [/^state\.sqlite$/, /^blobs\//, /^seal\.key$/]) {
      for (let index = 0; index < 4; index += 1) {
        const bytes = await rebuilt((entries) => {
          const [name, body] = [...entries].find(([entry]) => part.test(entry))!;
          const changed = Buffer.from(body);
          changed[Math.floor(Math.random() * changed.length)]! ^= 1 << (index * 2);
          entries.set(name, changed);
        });
        expect(await refusal(bytes)).toMatchObject({ code: 'IMPORT_REFUSED', message: expect.stringContaining('was changed or cut off') });
      }
    }
  });

  test('one in which an image or the key is missing', async () => {
    for (const part of [/^blobs\//, /^seal\.key$/, /^manifest\.json$/]) {
      const bytes = await rebuilt((entries) => void entries.delete([...entries.keys()].find((entry) => part.test(entry))!));
      expect(await refusal(bytes)).toMatchObject({ code: 'IMPORT_REFUSED', message: expect.stringContaining('is not in it') });
    }
  });

  test('one of a newer emulator, which is told apart', async () => {
    const format = await rebuilt((entries) =>
      entries.set('manifest.json', Buffer.from(JSON.stringify({ format: 'agentcore-local-export', version: 2, emulator: '9.0.0' }))),
    );
    expect(await refusal(format)).toMatchObject({ code: 'STATE_TOO_NEW', message: expect.stringContaining('9.0.0; export format 2') });

    const file = join(directory, 'newer.sqlite');
    const layout = await rebuilt(() => undefined);
    const entries = await unpackTar(layout);
    await writeFile(file, entries.find(({ header }) => header.name === 'state.sqlite')!.data!);
    const database = new DatabaseSync(file);
    database.exec('PRAGMA journal_mode = DELETE; PRAGMA user_version = 99;');
    database.close();
    const state = await readFile(file);
    const { createHash } = await import('node:crypto');
    const bytes = await rebuilt((all) => {
      const manifest = json(all.get('manifest.json')!);
      manifest.files['state.sqlite'] = createHash('sha256').update(state).digest('hex');
      all.set('manifest.json', Buffer.from(JSON.stringify(manifest)));
      all.set('state.sqlite', state);
    });
    expect(await refusal(bytes)).toMatchObject({ code: 'STATE_TOO_NEW', message: expect.stringContaining('layout 99') });
  });

  test('one that would write elsewhere', async () => {
    const entries = (await unpackTar(await readFile(whole))).map(({ header, data }) => ({ header, body: data! }));
    const outside = join(directory, 'outside');
    for (const header of [
      { name: '../outside', size: 2 },
      { name: outside, size: 2 },
      { name: `blobs/../../../../outside`, size: 2 },
    ]) {
      await importState({
        file: await asFile([...entries, { header, body: Buffer.from('no') }]),
        dataDirectory: join(directory, 'elsewhere'),
      });
      await expect(readFile(outside)).rejects.toThrow('ENOENT');
    }
    const link = {
      header: { name: 'state.sqlite', size: 0, type: 'symlink' as const, linkname: join(dataDirectory, 'state.sqlite') },
      body: Buffer.alloc(0),
    };
    const linked = await packTar([link, ...entries.filter(({ header }) => header.name !== 'state.sqlite')]);
    expect(await refusal(linked)).toMatchObject({ code: 'IMPORT_REFUSED', message: expect.stringContaining('state.sqlite is not in it') });
  });

  async function asFile(entries: Parameters<typeof packTar>[0]): Promise<string> {
    const file = join(directory, 'hostile.tar');
    await writeFile(file, await packTar(entries));
    return file;
  }

  test('one that cannot be read, and a directory that an emulator works on', async () => {
    expect(await failureOf(importState({ file: join(directory, 'none.tar'), dataDirectory }))).toMatchObject({ code: 'FILE_UNUSABLE' });
    expect(await failureOf(importState({ file: whole, dataDirectory: source.dataDirectory }))).toMatchObject({ code: 'ALREADY_RUNNING' });
  });

  test('an import that is killed leaves either what was there or what it brings', async () => {
    const { after } = await reference();
    for (let round = 0; round < Number(process.env['STRESS'] ? 40 : 3); round += 1) {
      const data = join(directory, `killed-${round}`);
      await cp(dataDirectory, data, { recursive: true });
      const cli = launchCli(['import', plain, '--data', data]);
      setTimeout(() => cli.child.kill('SIGKILL'), 150 + Math.random() * 250);
      await cli.ended;
      const { store, close } = openDirectory(data);
      const roles = store.items.all('iam-role').length;
      close();
      expect([1, 2]).toContain(roles);
      // Whatever the moment: the same import made again has the same result.
      await importState({ file: plain, dataDirectory: data });
      expect(await stateOf(data)).toBe(after);
    }
  });

  async function reference(): Promise<{ after: string }> {
    const data = join(directory, 'reference');
    await cp(dataDirectory, data, { recursive: true });
    await importState({ file: plain, dataDirectory: data });
    return { after: await stateOf(data) };
  }
});

describe('on an emulator that runs', () => {
  const ask = (emulator: Emulator, route: string, init: RequestInit & { duplex?: 'half' } = {}) =>
    fetch(`${emulator.endpoint}/_emulator/${route}`, { ...init, headers: { authorization: `Bearer ${emulator.adminToken}` } });
  const send = (emulator: Emulator, body: Uint8Array | string) =>
    ask(emulator, 'import', {
      method: 'POST',
      duplex: 'half',
      body: (typeof body === 'string' ? Readable.toWeb(createReadStream(body)) : body) as never,
    });

  test('reset, import, export and logs need the admin token', async () => {
    for (const [method, route] of [
      ['POST', 'reset'],
      ['POST', 'import'],
      ['GET', 'export'],
      ['GET', 'logs'],
    ] as const)
      expect((await fetch(`${source.endpoint}/_emulator/${route}`, { method })).status, route).toBe(401);
    expect(resourcesOf(source).length).toBeGreaterThan(5);
  });

  test('an import takes the place of the state and ends its sessions; a bad file ends nothing', async () => {
    const emulator = await startEmulator({ ephemeral: true, stateDelayMs: 0 });
    await clientsOf(emulator).iam.send(new CreateRoleCommand({ RoleName: 'before', AssumeRolePolicyDocument: TRUST }));
    const first = await send(emulator, whole);
    expect([first.status, await first.json()]).toEqual([200, { secrets: true, exportedAt: expect.any(String) }]);
    expect(resourcesOf(emulator)).toEqual(resourcesOf(source));
    // The shell that was set up before still works, and what it asks is what was imported.
    expect(await apiKeyOf(emulator)).toBe(SECRETS[0]);
    const { pid, said } = await invoke(emulator);
    expect(said).toBe(SECRETS[2]);
    const model = (key: string) => fetch(`${emulator.endpoint}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
    expect([(await model(source.modelApiKey)).status, (await model(emulator.modelApiKey)).status]).toEqual([200, 401]);

    const bad = await send(emulator, Buffer.from('x'.repeat(2000)));
    expect([bad.status, await bad.json()]).toEqual([
      400,
      { code: 'IMPORT_REFUSED', message: expect.stringContaining('What was sent is not a whole export') },
    ]);
    expect((await invoke(emulator)).pid).toBe(pid);

    expect((await send(emulator, plain)).status).toBe(200);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(emulator.inventory().filter(({ type }) => type === 'bedrock-agentcore:runtime-session')).toEqual([]);
    expect((await failureOf(apiKeyOf(emulator))).$metadata?.httpStatusCode).toBeLessThan(500);
    expect((await invoke(emulator)).said).toBeNull();
    await emulator.stop();
  });

  test('a reset ends sessions and what is under way, leaves keys, and what is asked meanwhile is answered after it', async () => {
    const emulator = await startEmulator({ ephemeral: true, stateDelayMs: 0 });
    await send(emulator, whole);
    const { pid } = await invoke(emulator);
    const { iam, control } = clientsOf(emulator);
    const writers = Array.from({ length: 40 }, (_, index) =>
      iam.send(new CreateRoleCommand({ RoleName: `r${index}`, AssumeRolePolicyDocument: TRUST })).then(() => `r${index}`),
    );
    const resetting = ask(emulator, 'reset', { method: 'POST' });
    const later = Array.from({ length: 20 }, (_, index) =>
      iam.send(new CreateRoleCommand({ RoleName: `s${index}`, AssumeRolePolicyDocument: TRUST })).then(() => `s${index}`),
    );
    expect((await resetting).status).toBe(200);
    await Promise.all([...writers, ...later]);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    // Of the roles those are left that were answered after the reset: in the order of their requests, the last ones.
    const left = emulator.inventory();
    expect(left.map(({ type }) => type).filter((type) => type !== 'iam:role')).toEqual([]);
    expect(emulator.logs()).toEqual([]);
    expect((await failureOf(control.send(new GetAgentRuntimeCommand({ agentRuntimeId })))).name).toBe('ResourceNotFoundException');
    expect(await readdir(join(emulator.dataDirectory, 'blobs')).catch(() => [])).toEqual([]);

    await ask(emulator, 'reset', { method: 'POST' });
    expect(emulator.inventory()).toEqual([]);
    // It can be used as before.
    await pushRuntime(clientsOf(emulator), 'again', AGENT);
    await Promise.all([ask(emulator, 'reset', { method: 'POST' }), emulator.reset()]);
    expect(emulator.inventory()).toEqual([]);
    await emulator.stop();
  });

  test('an export that is broken off, and one made while much is written, leave nothing behind and are whole', async () => {
    const emulator = await startEmulator({ ephemeral: true });
    const { iam } = clientsOf(emulator);
    let stop = false;
    const acknowledged: string[] = [];
    const writing = (async () => {
      for (let count = 0; !stop; count += 1) {
        await iam.send(new CreateRoleCommand({ RoleName: `w${count}`, AssumeRolePolicyDocument: TRUST }));
        acknowledged.push(`w${count}`);
      }
    })();
    await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(20));
    const known = acknowledged.length;
    const file = join(directory, 'busy.tar');
    await pipeline(await emulator.exportState(), createWriteStream(file));
    const broken = await emulator.exportState();
    broken.destroy();
    stop = true;
    await writing;
    await vi.waitFor(async () => expect(await readdir(join(emulator.dataDirectory, 'transfer'))).toEqual([]));
    await emulator.stop();
    const dataDirectory = join(directory, 'busy');
    await importState({ file, dataDirectory });
    const { store, close } = openDirectory(dataDirectory);
    const roles = new Set(store.items.all('iam-role').map(({ id }) => id));
    close();
    for (const name of acknowledged.slice(0, known)) expect(roles.has(name), name).toBe(true);
  });
});
