import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DeleteOauth2CredentialProviderCommand, DeleteWorkloadIdentityCommand } from '@aws-sdk/client-bedrock-agentcore-control';
import { expect, test, vi } from 'vitest';
import { rounds } from '../../../../../../testing/seed.ts';
import { startEmulator, type Emulator } from '../../../start-emulator.ts';
import { failureOf } from '../../../test/clients.ts';
import { oauth2Fixture } from '../../../test/oauth2-fixture.ts';

const CALLS = rounds(60, 240, 1000);
const AT_ONCE = 16;
const ROUNDS = 4;

function ownerOf(accessToken: string | undefined): string {
  return (JSON.parse(Buffer.from(accessToken!.split('.')[1]!, 'base64url').toString()) as { sub: string }).sub;
}

async function connect(
  emulator: Emulator,
  workload: string,
  user: string,
): Promise<{ token: string; accessToken: string; sessionUri: string }> {
  const oauth2 = oauth2Fixture(emulator);
  const token = await oauth2.tokenFor(workload, user);
  const { authorizationUrl, sessionUri } = await oauth2.ask(token);
  await oauth2.consent(authorizationUrl, user);
  await oauth2.complete(sessionUri, { userId: user });
  return { token, accessToken: (await oauth2.ask(token)).accessToken!, sessionUri: sessionUri! };
}

test(`two users of two workloads never get each other’s token, in ${CALLS} calls mixed with refreshes and new sessions`, async () => {
  await using emulator = disposable(await startEmulator({ ephemeral: true }));
  const oauth2 = oauth2Fixture(emulator);
  await Promise.all([oauth2.createProvider('notes'), oauth2.createWorkload('agent-one'), oauth2.createWorkload('agent-two')]);
  const pairs = ['ann', 'bob'].flatMap((user) => ['agent-one', 'agent-two'].map((workload) => ({ user, workload })));
  const connected = await Promise.all(pairs.map(async (pair) => ({ ...pair, ...(await connect(emulator, pair.workload, pair.user)) })));
  const seen = new Map<string, Set<string>>();
  let next = 0;
  const worker = async (until: number) => {
    while (next < until) {
      const call = next++;
      const { user, workload } = connected[(call * 7 + (call >> 3)) % connected.length]!;
      const token = await oauth2.tokenFor(workload, user);
      if (call % 10 === 3) {
        const other = connected.find((one) => one.user !== user)!;
        expect((await failureOf(oauth2.ask(token, { sessionUri: other.sessionUri }))).name).toBe('ResourceNotFoundException');
        continue;
      }
      const answer = await oauth2.ask(token, call % 10 === 7 ? { forceAuthentication: true } : {});
      if (answer.accessToken === undefined) {
        expect(call % 10).toBe(7);
        continue;
      }
      expect(ownerOf(answer.accessToken)).toBe(user);
      const key = `${workload} ${user}`;
      seen.set(key, (seen.get(key) ?? new Set()).add(answer.accessToken));
    }
  };
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  try {
    for (let round = 1; round <= ROUNDS; round++) {
      await Promise.all(Array.from({ length: AT_ONCE }, () => worker((CALLS / ROUNDS) * round)));
      // All tokens have ended: the next round begins with everybody refreshing at once.
      vi.setSystemTime(Date.now() + 11 * 60_000);
    }
  } finally {
    vi.useRealTimers();
  }
  const all = [...seen.values()].flatMap((tokens) => [...tokens]);
  expect(seen.size).toBe(4);
  // No token was ever given out for two of them, and each of them saw a refreshed one.
  expect(new Set(all).size).toBe(all.length);
  for (const tokens of seen.values()) expect(tokens.size).toBeGreaterThan(1);
});

test('tokens and half-done sessions outlive a restart, and nothing secret can be read in the data directory', async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'oauth2-durable-'));
  try {
    const secrets: string[] = [];
    let port: number;
    let begun: { authorizationUrl: string; sessionUri: string };
    {
      await using emulator = disposable(await startEmulator({ dataDirectory }));
      port = Number(new URL(emulator.endpoint).port);
      const oauth2 = oauth2Fixture(emulator);
      await Promise.all([oauth2.createProvider('notes'), oauth2.createWorkload('agent')]);
      const ann = await connect(emulator, 'agent', 'ann');
      const bob = await oauth2.ask(await oauth2.tokenFor('agent', 'bob'), {
        customState: 'custom-state-1',
        customParameters: { hint: 'custom-hint-1' },
      });
      begun = { authorizationUrl: bob.authorizationUrl!, sessionUri: bob.sessionUri! };
      secrets.push(
        emulator.vendor.clientSecret,
        ann.accessToken,
        ann.token,
        ann.sessionUri,
        bob.sessionUri!,
        'custom-state-1',
        'custom-hint-1',
      );
      secrets.push('refreshToken', '"accessToken"', '"d":"', 'codeVerifier');
    }
    await using emulator = disposable(await startEmulator({ dataDirectory, port }));
    const oauth2 = oauth2Fixture(emulator);
    const token = await oauth2.tokenFor('agent', 'ann');
    const { accessToken } = await oauth2.ask(token);
    expect(secrets).toContain(accessToken);
    expect(await oauth2.callApi(accessToken)).toMatchObject({ status: 200, body: { owner: 'ann' } });
    await oauth2.consent(begun.authorizationUrl, 'bob');
    await oauth2.complete(begun.sessionUri, { userId: 'bob' });
    const { accessToken: bobs } = await oauth2.ask(await oauth2.tokenFor('agent', 'bob'), { customParameters: { hint: 'custom-hint-1' } });
    expect(await oauth2.callApi(bobs)).toMatchObject({ status: 200, body: { owner: 'bob' } });
    secrets.push(bobs!);

    const files = (await readdir(dataDirectory, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    expect(files.map(({ name }) => name)).toContain('state.sqlite');
    for (const { parentPath, name } of files) {
      const text = await readFile(join(parentPath, name), 'latin1');
      for (const secret of secrets) expect(text.includes(secret), `${secret.slice(0, 12)} in ${name}`).toBe(false);
    }
  } finally {
    await rm(dataDirectory, { recursive: true, force: true });
  }
});

test('a token that somebody moves to another user’s place in the state does not open there', async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'oauth2-moved-'));
  try {
    let port: number;
    {
      await using emulator = disposable(await startEmulator({ dataDirectory }));
      port = Number(new URL(emulator.endpoint).port);
      const oauth2 = oauth2Fixture(emulator);
      await Promise.all([oauth2.createProvider('notes'), oauth2.createWorkload('agent')]);
      await connect(emulator, 'agent', 'ann');
      await connect(emulator, 'agent', 'bob');
    }
    const database = new DatabaseSync(join(dataDirectory, 'state.sqlite'));
    const rows = database.prepare("SELECT id, body FROM items WHERE kind = 'oauth2-token' ORDER BY id").all() as {
      id: string;
      body: string;
    }[];
    expect(rows).toHaveLength(2);
    const put = database.prepare("UPDATE items SET body = ? WHERE kind = 'oauth2-token' AND id = ?");
    put.run(rows[0]!.body, rows[1]!.id);
    put.run(rows[1]!.body, rows[0]!.id);
    database.close();
    await using emulator = disposable(await startEmulator({ dataDirectory, port }));
    const oauth2 = oauth2Fixture(emulator);
    for (const user of ['ann', 'bob']) expect((await oauth2.ask(await oauth2.tokenFor('agent', user))).accessToken).toBeUndefined();
  } finally {
    await rm(dataDirectory, { recursive: true, force: true });
  }
});

test('what was connected before is gone with its provider or its workload, even if one of that name is made again', async () => {
  await using emulator = disposable(await startEmulator({ ephemeral: true }));
  const oauth2 = oauth2Fixture(emulator);
  const { control } = oauth2.clients;
  await Promise.all([oauth2.createProvider('notes'), oauth2.createWorkload('agent')]);
  await connect(emulator, 'agent', 'ann');
  await control.send(new DeleteOauth2CredentialProviderCommand({ name: 'notes' }));
  await oauth2.createProvider('notes');
  expect((await oauth2.ask(await oauth2.tokenFor('agent', 'ann'))).accessToken).toBeUndefined();
  await connect(emulator, 'agent', 'ann');
  await control.send(new DeleteWorkloadIdentityCommand({ name: 'agent' }));
  await oauth2.createWorkload('agent');
  expect((await oauth2.ask(await oauth2.tokenFor('agent', 'ann'))).accessToken).toBeUndefined();
});

function disposable(emulator: Emulator): Emulator & AsyncDisposable {
  return Object.assign(emulator, { [Symbol.asyncDispose]: () => emulator.stop() });
}
