import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { GetAgentRuntimeCommand, UpdateApiKeyCredentialProviderCommand } from '@aws-sdk/client-bedrock-agentcore-control';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { CreateSecretCommand, GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { packTar, unpackTar } from 'modern-tar';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isDeep, isStress, seed } from '../../../../testing/seed.ts';
import { EmulatorError } from '../emulator-error.ts';
import { createRandom } from '../fuzz/random.ts';
import { startEmulator, type Emulator } from '../start-emulator.ts';
import { listBlobs } from '../store/blob-folders.ts';
import { openDirectory } from '../store/open-directory.ts';
import { clientsOf, failureOf } from '../test/clients.ts';
import { apiKeyOf, invoke, makeFullState, objectOf, resourcesOf, rolesOf, SECRETS, TRUST, type FullState } from '../test/full-state.ts';
import { launchCli } from '../test/launch-cli.ts';
import { importState } from './import-state.ts';

const random = createRandom(seed);
let directory: string;
let source: Emulator;
let full: FullState;
const call = (emulator: Emulator) => invoke(emulator, full.agentRuntimeArn);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'agentcore-local-transfer-'));
  full = await makeFullState(directory);
  source = full.emulator;
});
afterAll(async () => {
  await source?.stop();
  await rm(directory, { recursive: true, force: true });
});

describe('an export with secrets', () => {
  test('is the whole state: on another directory it is the same emulator again', async () => {
    const dataDirectory = join(directory, 'whole');
    expect(await importState({ file: full.whole, dataDirectory })).toEqual({ secrets: true, exportedAt: expect.any(String) });
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
    // Images and objects came with it, too.
    expect(await objectOf(copy)).toBe('bytes of the object');
    expect(await rolesOf(copy)).toContain('lister');
    expect((await call(copy)).said).toBe(SECRETS[2]);
    await expect.poll(() => copy.logs()).toHaveLength(2);
    expect(copy.logs()[0]).toEqual(source.logs()[0]);
    await copy.stop();
    expect(await readdir(dataDirectory)).not.toContain('transfer');
  });

  test('brings its keys to an emulator that has others, whose own go on working', async () => {
    const dataDirectory = join(directory, 'merged');
    const first = await startEmulator({ dataDirectory });
    await clientsOf(first).secrets.send(new CreateSecretCommand({ Name: 'gone', SecretString: 'x' }));
    await first.stop();
    const orphan = join(dataDirectory, 'blobs', 'ab', 'ab'.repeat(32));
    await mkdir(join(orphan, '..'), { recursive: true });
    await writeFile(orphan, 'of an image that is gone with the state it was in');
    await importState({ file: full.whole, dataDirectory });
    await expect(readFile(orphan)).rejects.toThrow('ENOENT');
    // Twice: keys that are there already are not added again.
    await importState({ file: full.whole, dataDirectory });
    const second = await startEmulator({ dataDirectory });
    const read = (credentials: { accessKeyId: string; secretAccessKey: string }) =>
      clientsOf({ ...credentials, endpoint: second.endpoint, region: second.region }).secrets.send(
        new GetSecretValueCommand({ SecretId: 'secret' }),
      );
    expect((await read(first)).SecretString).toBe(SECRETS[1]);
    expect((await read(source)).SecretString).toBe(SECRETS[1]);
    expect(second).toMatchObject({ modelApiKey: source.modelApiKey, accessKeyId: first.accessKeyId });
    expect((await failureOf(clientsOf(second).secrets.send(new GetSecretValueCommand({ SecretId: 'gone' })))).name).toBe(
      'ResourceNotFoundException',
    );
    // What came with the export ends with what came with the export.
    await second.reset();
    expect((await failureOf(read(source))).name).toBe('UnrecognizedClientException');
    expect((await failureOf(read(first))).name).toBe('ResourceNotFoundException');
    await second.stop();
    expect((await readFile(join(dataDirectory, 'seal.key'))).length).toBe(64);
  });
});

describe('an export without secrets', () => {
  test('holds no value, sealed or not, and no key', async () => {
    const bytes = await readFile(full.plain);
    const sealKey = await readFile(join(source.dataDirectory, 'seal.key'));
    const keys = [source.secretAccessKey, source.modelApiKey, source.vendor.clientSecret, source.adminToken, source.accessKeyId];
    for (const secret of [...SECRETS, ...keys, sealKey, 'sealed']) expect(bytes.includes(secret), String(secret)).toBe(false);
    // The names are there, and the search would have found the rest.
    for (const name of ['provider', 'secret', 'oauth2', full.agentRuntimeId]) expect(bytes.includes(name), name).toBe(true);
    const other = await readFile(full.whole);
    expect([other.includes(SECRETS[4]!), other.includes(sealKey), other.includes('sealed')]).toEqual([true, true, true]);
  });

  test('brings every resource; values are missing until they are set again, and nothing breaks over that', async () => {
    const dataDirectory = join(directory, 'plain');
    const first = await startEmulator({ dataDirectory });
    await first.stop();
    expect(await importState({ file: full.plain, dataDirectory })).toMatchObject({ secrets: false });
    const faults: unknown[] = [];
    const copy = await startEmulator({ dataDirectory, stateDelayMs: 0, onFault: (error) => faults.push(error) });
    expect(copy).toMatchObject({ accessKeyId: first.accessKeyId, modelApiKey: first.modelApiKey });
    expect(resourcesOf(copy)).toEqual(resourcesOf(source));
    const { secrets, control } = clientsOf(copy);
    expect((await failureOf(secrets.send(new GetSecretValueCommand({ SecretId: 'secret' })))).name).toBe('ResourceNotFoundException');
    expect((await failureOf(apiKeyOf(copy))).$metadata?.httpStatusCode).toBeLessThan(500);
    const { environmentVariables } = await control.send(new GetAgentRuntimeCommand({ agentRuntimeId: full.agentRuntimeId }));
    expect(environmentVariables ?? {}).toEqual({});
    expect((await call(copy)).said).toBeNull();
    expect(await objectOf(copy)).toBe('bytes of the object');

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
  const { store, close } = await openDirectory(dataDirectory);
  try {
    const items = store.items.kinds().flatMap((kind) => store.items.all(kind));
    const files = listBlobs(dataDirectory).toSorted();
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
    await importState({ file: full.whole, dataDirectory });
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
    const entries = new Map((await unpackTar(await readFile(full.whole))).map(({ header, data }) => [header.name, data!]));
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
    const bytes = await readFile(full.whole);
    for (let index = 0; index < 12; index += 1) {
      // The last kilobyte is the end mark of the format: nothing is lost with it.
      const end = random.below(bytes.length - 1024);
      const error = await refusal(bytes.subarray(0, end));
      expect(error.code, `cut at ${end}`).toBe('IMPORT_REFUSED');
      expect(error.message).toContain('Nothing was changed');
    }
  });

  test('one in which a byte of the state or of an image was changed', async () => {
    for (const part of [/^state\.sqlite$/, /^blobs\//, /^objects\//, /^seal\.key$/]) {
      for (let index = 0; index < 3; index += 1) {
        const bytes = await rebuilt((entries) => {
          const [name, body] = [...entries].find(([entry]) => part.test(entry))!;
          const changed = Buffer.from(body);
          changed[random.below(changed.length)]! ^= 1 << (index * 2);
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
    const bytes = await rebuilt((all) => {
      const manifest = json(all.get('manifest.json')!);
      manifest.files['state.sqlite'] = createHash('sha256').update(state).digest('hex');
      all.set('manifest.json', Buffer.from(JSON.stringify(manifest)));
      all.set('state.sqlite', state);
    });
    expect(await refusal(bytes)).toMatchObject({ code: 'STATE_TOO_NEW', message: expect.stringContaining('layout 99') });
  });

  /** The export with its database changed by SQL, as a whole one. */
  async function altered(sql: string): Promise<Uint8Array> {
    const file = join(directory, 'altered.sqlite');
    await writeFile(file, (await unpackTar(await readFile(full.whole))).find(({ header }) => header.name === 'state.sqlite')!.data!);
    const database = new DatabaseSync(file);
    database.exec(`PRAGMA journal_mode = DELETE; PRAGMA writable_schema = ON; ${sql}`);
    database.close();
    return withFile('state.sqlite', await readFile(file));
  }
  function withFile(name: string, body: Uint8Array): Promise<Uint8Array> {
    return rebuilt((entries) => {
      const manifest = json(entries.get('manifest.json')!);
      manifest.files[name] = createHash('sha256').update(body).digest('hex');
      entries.set('manifest.json', Buffer.from(JSON.stringify(manifest)));
      entries.set(name, body);
    });
  }

  const ENDLESS = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT';
  test.each([
    [
      'a view in place of a table, with a query that never ends',
      `DROP TABLE log_events; CREATE VIEW log_events AS ${ENDLESS} i AS id, 'a' AS account, 'r' AS region, 'g' AS log_group, 's' AS stream, i AS timestamp, i AS ingested, 'm' AS message FROM n`,
      'what no emulator makes: the view "log_events"',
    ],
    ['a view beside the tables', `CREATE VIEW more AS ${ENDLESS} i FROM n`, 'the view "more"'],
    ['a trigger', `CREATE TRIGGER t AFTER UPDATE ON items BEGIN DELETE FROM items; END`, 'the trigger "t"'],
    ['a table without its columns', 'DROP TABLE items; CREATE TABLE items (id)', 'the table "items"'],
    ['an extra column', 'ALTER TABLE log_events ADD COLUMN more', 'the table "log_events"'],
    ['no tables', 'DROP TABLE items; DROP TABLE log_events', 'lacks the table "items"'],
    ['an index too few', 'DROP INDEX items_by_kind', 'lacks the index "items_by_kind"'],
    ['bodies that are bytes', 'UPDATE items SET body = CAST(body AS BLOB)', 'values of another type'],
    ['times that are no numbers', "UPDATE log_events SET timestamp = 'soon'", 'values of another type'],
    ['bodies that are no JSON', "UPDATE items SET body = '{' WHERE kind = 'iam-role'", 'in it is not JSON'],
    ['bodies that are lists', "UPDATE items SET body = '[]' WHERE kind = 'access-key'", 'not of the type of its kind'],
    ['roles without an ARN', "UPDATE items SET body = json_remove(body, '$.arn') WHERE kind = 'iam-role'", 'has no arn'],
    [
      'a key of the administrator that cannot be opened',
      "UPDATE items SET body = json_set(body, '$.sealedSecret', 'x') WHERE kind = 'access-key'",
      'The seal key does not fit',
    ],
  ])('one whose state has %s', async (_case, sql, message) => {
    const error = await refusal(await altered(sql));
    expect(error).toMatchObject({ code: 'IMPORT_REFUSED', message: expect.stringContaining(message) });
    expect(error.message).not.toContain('reset');
  });

  test('one with a key that is none, or with more keys than there can be', async () => {
    for (const bytes of [Buffer.alloc(33), Buffer.alloc(0), Buffer.alloc(10 << 20, 1)])
      expect((await refusal(await withFile('seal.key', bytes))).code).toBe('IMPORT_REFUSED');
  });

  test('one that would write elsewhere', async () => {
    const entries = (await unpackTar(await readFile(full.whole))).map(({ header, data }) => ({ header, body: data! }));
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
    expect(await failureOf(importState({ file: full.whole, dataDirectory: source.dataDirectory }))).toMatchObject({
      code: 'ALREADY_RUNNING',
    });
  });

  test.runIf(isDeep)('an import that is killed leaves either what was there or what it brings', async () => {
    const { after } = await reference();
    for (let round = 0; round < (isStress ? 40 : 3); round += 1) {
      const data = join(directory, `killed-${round}`);
      await cp(dataDirectory, data, { recursive: true });
      const cli = launchCli(['import', full.plain, '--data', data]);
      setTimeout(() => cli.child.kill('SIGKILL'), 150 + random.below(250));
      await cli.ended;
      const { store, close } = await openDirectory(data);
      const roles = store.items.all('iam-role').length;
      close();
      expect([2, 3]).toContain(roles);
      // Whatever the moment: the same import made again has the same result.
      await importState({ file: full.plain, dataDirectory: data });
      expect(await stateOf(data)).toBe(after);
    }
  });

  async function reference(): Promise<{ after: string }> {
    const data = join(directory, 'reference');
    await cp(dataDirectory, data, { recursive: true });
    await importState({ file: full.plain, dataDirectory: data });
    return { after: await stateOf(data) };
  }
});
