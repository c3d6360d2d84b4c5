import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  CreateApiKeyCredentialProviderCommand,
  DeleteApiKeyCredentialProviderCommand,
  GetApiKeyCredentialProviderCommand,
  UpdateApiKeyCredentialProviderCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { CreateRoleCommand, DeleteRoleCommand, ListRolesCommand } from '@aws-sdk/client-iam';
import { CreateSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { packTar } from 'modern-tar';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isStress, rounds, seed } from '../../../../testing/seed.ts';
import { createRandom } from '../fuzz/random.ts';
import { clientsOf } from '../test/clients.ts';
import { launchCli, runCli, startProcess } from '../test/launch-cli.ts';
import { startEmulator } from '../start-emulator.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'agentcore-local-durability-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const TRUST = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}';
/** Each costs a start of the whole emulator. killed-writer.test.ts kills a smaller process more often. */
const ROUNDS = rounds(4, 8, 200);

/** What the service has answered. `unsure` is what was under way when it was killed: either way is right, but it must be one. */
interface Expected {
  roles: Set<string>;
  keys: Map<string, string>;
  unsureRoles: Set<string>;
  unsureKeys: Map<string, string | undefined>;
}

type Clients = ReturnType<typeof clientsOf>;

/** Creates, changes and deletes until the emulator is gone. `onWrite` gets the number of acknowledged writes so far. */
async function write({ iam, control }: Clients, round: number, expected: Expected, onWrite: (acknowledged: number) => void): Promise<void> {
  let acknowledged = 0;
  const roles = async () => {
    for (let count = 0; ; count += 1) {
      const RoleName = `role-${round}-${count}`;
      expected.unsureRoles.add(RoleName);
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST }));
      expected.unsureRoles.delete(RoleName);
      expected.roles.add(RoleName);
      onWrite((acknowledged += 1));
      if (count % 3 !== 2) continue;
      expected.roles.delete(RoleName);
      expected.unsureRoles.add(RoleName);
      await iam.send(new DeleteRoleCommand({ RoleName }));
      expected.unsureRoles.delete(RoleName);
      onWrite((acknowledged += 1));
    }
  };
  const providers = async () => {
    for (let count = 0; ; count += 1) {
      const name = `key-${round}-${count}`;
      const set = async (apiKey: string | undefined, call: Promise<unknown>) => {
        expected.unsureKeys.set(name, apiKey);
        await call;
        expected.unsureKeys.delete(name);
        if (apiKey === undefined) expected.keys.delete(name);
        else expected.keys.set(name, apiKey);
        onWrite((acknowledged += 1));
      };
      await set(`first-${count}`, control.send(new CreateApiKeyCredentialProviderCommand({ name, apiKey: `first-${count}` })));
      if (count % 2 === 0)
        await set(`second-${count}`, control.send(new UpdateApiKeyCredentialProviderCommand({ name, apiKey: `second-${count}` })));
      if (count % 4 === 3) await set(undefined, control.send(new DeleteApiKeyCredentialProviderCommand({ name })));
    }
  };
  await Promise.allSettled([roles(), providers()]);
}

async function verify({ iam, control, secrets }: Clients, expected: Expected, { keys = 40 } = {}): Promise<void> {
  const found = new Set<string>();
  let Marker: string | undefined;
  do {
    const page = await iam.send(new ListRolesCommand({ MaxItems: 1000, ...(Marker ? { Marker } : {}) }));
    for (const { RoleName } of page.Roles ?? []) found.add(RoleName!);
    Marker = page.IsTruncated ? page.Marker : undefined;
  } while (Marker);
  expect([...expected.roles].filter((name) => !found.has(name))).toEqual([]);
  const surplus = [...found].filter((name) => !expected.roles.has(name) && !expected.unsureRoles.has(name));
  expect(surplus).toEqual([]);
  // From now on what was unsure is known: the next round may not change it back.
  for (const name of expected.unsureRoles) if (found.has(name)) expected.roles.add(name);
  expected.unsureRoles.clear();

  const read = async (name: string) => {
    const provider = await control.send(new GetApiKeyCredentialProviderCommand({ name })).catch((error: { name?: string }) => {
      if (error.name === 'ResourceNotFoundException') return undefined;
      throw error;
    });
    if (provider === undefined) return undefined;
    const { SecretString = '' } = await secrets.send(new GetSecretValueCommand({ SecretId: provider.apiKeySecretArn?.secretArn }));
    return (JSON.parse(SecretString) as { api_key_value: string }).api_key_value;
  };
  for (const [name, apiKey] of expected.unsureKeys) {
    const value = await read(name);
    expect([expected.keys.get(name), apiKey], name).toContain(value);
    if (value === undefined) expected.keys.delete(name);
    else expected.keys.set(name, value);
  }
  expected.unsureKeys.clear();
  for (const [name, apiKey] of [...expected.keys].slice(-keys)) expect(await read(name), name).toBe(apiKey);
}

test(
  `an emulator that is killed at any moment, ${ROUNDS} times, starts again and has lost nothing that it answered`,
  async () => {
    const data = join(directory, 'killed');
    const expected: Expected = { roles: new Set(), keys: new Map(), unsureRoles: new Set(), unsureKeys: new Map() };
    const random = createRandom(seed);
    let acknowledged = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      // Every fourth time it is killed while it still starts.
      if (round % 4 === 3) {
        const starting = launchCli(['start', '--port', '0', '--data', data, '--json']);
        setTimeout(() => starting.child.kill('SIGKILL'), random.below(350));
        await starting.ended;
      }
      const started = await startProcess(data);
      if (!started) throw new Error(`round ${round}: it did not start again`);
      const clients = clientsOf(started.info);
      await verify(clients, expected);
      const last = 1 + random.below(40);
      await write(clients, round, expected, (count) => {
        acknowledged += 1;
        if (count === last) started.cli.child.kill('SIGKILL');
      });
      await started.cli.ended;
      expect(started.cli.errors()).toBe('');
    }
    const last = await startEmulator({ dataDirectory: data });
    await verify(clientsOf(last), expected, { keys: Number.POSITIVE_INFINITY });
    await last.stop();
    if (isStress) console.log(`${ROUNDS} kills, ${acknowledged} acknowledged writes, none lost`);
  },
  // A limit for what hangs: a round under STRESS takes some seconds.
  600_000 + ROUNDS * 5_000,
);

describe('the disk of a running emulator that gets full', () => {
  const mounted = process.platform === 'linux' && process.getuid?.() === 0;

  test.runIf(mounted)('makes a write fail with what to do, leaves what was there, and ends no process', async ({ skip }) => {
    const data = join(directory, 'tmpfs');
    await mkdir(data);
    const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'none', data], { encoding: 'utf8' });
    skip(mount.status !== 0, `This machine allows no mount: ${mount.stderr}`);
    try {
      const faults: unknown[] = [];
      const emulator = await startEmulator({ dataDirectory: data, onFault: (error) => faults.push(error) });
      const { iam, secrets } = clientsOf(emulator);
      await secrets.send(new CreateSecretCommand({ Name: 'kept', SecretString: 'kept as well' }));
      await iam.send(new CreateRoleCommand({ RoleName: 'before', AssumeRolePolicyDocument: TRUST }));
      await writeFile(join(data, 'filler'), Buffer.alloc(4_000_000)).catch(() => undefined);
      const Description = 'x'.repeat(1000);
      let failure: Error | undefined;
      for (let count = 0; failure === undefined && count < 3000; count += 1) {
        failure = await iam
          .send(new CreateRoleCommand({ RoleName: `more-${count}`, AssumeRolePolicyDocument: TRUST, Description }))
          .then(() => undefined)
          .catch((error: Error) => error);
      }
      expect(failure).toMatchObject({
        message: `The disk of the data directory ${data} is full. Make room, or give another one with --data.`,
      });
      expect(faults).toEqual(faults.map(() => expect.objectContaining({ code: 'DATA_DIRECTORY_UNUSABLE' })));
      expect((await iam.send(new ListRolesCommand({ MaxItems: 1 }))).Roles?.[0]?.RoleName).toBe('before');
      expect((await secrets.send(new GetSecretValueCommand({ SecretId: 'kept' }))).SecretString).toBe('kept as well');
      const name = `blobs/aa/${'a'.repeat(64)}`;
      const large = Buffer.from(await packTar([{ header: { name, size: 3_000_000 }, body: new Uint8Array(3_000_000) }]));
      // An export needs room for a copy, and an import for what it unpacks: both say so in their answer.
      const ask = (method: string, route: string, body?: Buffer) =>
        fetch(`${emulator.endpoint}/_emulator/${route}`, {
          method,
          headers: { authorization: `Bearer ${emulator.adminToken}` },
          ...(body ? { body: new Uint8Array(body) } : {}),
        });
      for (const [method, route, body] of [
        ['GET', 'export'],
        ['POST', 'import', large],
      ] as const) {
        const answer = await ask(method, route, body);
        expect([answer.status, await answer.json()], route).toEqual([
          507,
          { code: 'DATA_DIRECTORY_UNUSABLE', message: expect.stringContaining('is full') },
        ]);
      }
      await rm(join(data, 'filler'));
      await iam.send(new CreateRoleCommand({ RoleName: 'after', AssumeRolePolicyDocument: TRUST }));
      await emulator.stop();
    } finally {
      spawnSync('umount', ['-l', data]);
    }
  });
});

describe('the layout of the state', () => {
  const layoutOf = (file: string): number => {
    const database = new DatabaseSync(file, { readOnly: true });
    try {
      return (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
    } finally {
      database.close();
    }
  };

  test('of an older emulator is brought up, with everything that is in it', async () => {
    const data = join(directory, 'older');
    const first = await startEmulator({ dataDirectory: data });
    await clientsOf(first).iam.send(new CreateRoleCommand({ RoleName: 'old', AssumeRolePolicyDocument: TRUST }));
    await first.stop();
    const present = layoutOf(join(data, 'state.sqlite'));
    const database = new DatabaseSync(join(data, 'state.sqlite'));
    // The first layout had no logs.
    database.exec('DROP TABLE log_events; PRAGMA user_version = 1;');
    database.close();
    const second = await startEmulator({ dataDirectory: data });
    expect(second.inventory().map(({ id }) => id)).toEqual(['old']);
    expect(second.accessKeyId).toBe(first.accessKeyId);
    expect(second.logs()).toEqual([]);
    await second.stop();
    expect(layoutOf(join(data, 'state.sqlite'))).toBe(present);
  });

  test('of a newer emulator is refused, in one line, and left as it is', async () => {
    const data = join(directory, 'newer');
    await (await startEmulator({ dataDirectory: data })).stop();
    const database = new DatabaseSync(join(data, 'state.sqlite'));
    database.exec('PRAGMA user_version = 99;');
    database.close();
    const { status, errors } = await runCli(['start', '--port', '0', '--data', data]);
    expect(status).toBe(2);
    expect(errors.trim().split('\n')).toHaveLength(1);
    expect(errors).toContain('The state was written by a newer emulator (layout 99;');
    expect(errors).toContain('[STATE_TOO_NEW]');
    expect(layoutOf(join(data, 'state.sqlite'))).toBe(99);
  });
});

test('a copy of the directory of an emulator that was killed is a state like any other', async () => {
  const data = join(directory, 'copied-from');
  const started = (await startProcess(data))!;
  await clientsOf(started.info).iam.send(new CreateRoleCommand({ RoleName: 'kept', AssumeRolePolicyDocument: TRUST }));
  started.cli.child.kill('SIGKILL');
  await started.cli.ended;
  // What has not been checkpointed is in the write-ahead log beside the state.
  expect(await readdir(data)).toContain('state.sqlite-wal');
  await cp(data, join(directory, 'copied-to'), { recursive: true });
  const copy = await startEmulator({ dataDirectory: join(directory, 'copied-to') });
  expect(copy.inventory().map(({ id }) => id)).toEqual(['kept']);
  await copy.stop();
});
