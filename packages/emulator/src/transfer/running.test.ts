import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetAgentRuntimeCommand } from '@aws-sdk/client-bedrock-agentcore-control';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isDeep } from '../../../../testing/seed.ts';
import { startEmulator, type Emulator } from '../start-emulator.ts';
import { listBlobs } from '../store/blob-folders.ts';
import { openDirectory } from '../store/open-directory.ts';
import { clientsOf, failureOf } from '../test/clients.ts';
import { AGENT, apiKeyOf, invoke, makeFullState, resourcesOf, SECRETS, TRUST, type FullState } from '../test/full-state.ts';
import { pushRuntime } from '../test/push-runtime.ts';
import { importState } from './import-state.ts';

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

describe('on an emulator that runs', () => {
  const ask = (emulator: Emulator, route: string, init: RequestInit & { duplex?: 'half' } = {}) =>
    fetch(`${emulator.endpoint}/_emulator/${route}`, { ...init, headers: { authorization: `Bearer ${emulator.adminToken}` } });
  const send = (emulator: Emulator, body: Uint8Array | string) =>
    ask(emulator, 'import', {
      method: 'POST',
      duplex: 'half',
      body: (typeof body === 'string' ? Readable.toWeb(createReadStream(body)) : body) as never,
    });

  /** Of the one live session. The agent itself may know another, where it runs in a sandbox. */
  const pidOf = async (emulator: Emulator): Promise<number> => {
    const { sessions } = (await (await ask(emulator, 'sessions')).json()) as { sessions: { pid: number }[] };
    expect(sessions).toHaveLength(1);
    return sessions[0]!.pid;
  };

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
    const emulator = await startEmulator({ isolation: 'none', ephemeral: true, stateDelayMs: 0 });
    await clientsOf(emulator).iam.send(new CreateRoleCommand({ RoleName: 'before', AssumeRolePolicyDocument: TRUST }));
    const first = await send(emulator, full.whole);
    expect([first.status, await first.json()]).toEqual([200, { secrets: true, exportedAt: expect.any(String) }]);
    expect(resourcesOf(emulator)).toEqual(resourcesOf(source));
    // The shell that was set up before still works, and what it asks is what was imported.
    expect(await apiKeyOf(emulator)).toBe(SECRETS[0]);
    expect((await call(emulator)).said).toBe(SECRETS[2]);
    const pid = await pidOf(emulator);
    const model = (key: string) => fetch(`${emulator.endpoint}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
    expect([(await model(source.modelApiKey)).status, (await model(emulator.modelApiKey)).status]).toEqual([200, 401]);

    const bad = await send(emulator, Buffer.from('x'.repeat(2000)));
    expect([bad.status, await bad.json()]).toEqual([
      400,
      { code: 'IMPORT_REFUSED', message: expect.stringContaining('What was sent is not a whole export') },
    ]);
    await call(emulator);
    expect(await pidOf(emulator)).toBe(pid);

    expect((await send(emulator, full.plain)).status).toBe(200);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(emulator.inventory().filter(({ type }) => type === 'bedrock-agentcore:runtime-session')).toEqual([]);
    expect((await failureOf(apiKeyOf(emulator))).$metadata?.httpStatusCode).toBeLessThan(500);
    expect((await call(emulator)).said).toBeNull();
    await emulator.stop();
  });

  test('a reset ends sessions and what is under way, leaves keys, and what is asked meanwhile is answered after it', async () => {
    const emulator = await startEmulator({ isolation: 'none', ephemeral: true, stateDelayMs: 0 });
    await send(emulator, full.whole);
    await call(emulator);
    const pid = await pidOf(emulator);
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
    expect((await failureOf(control.send(new GetAgentRuntimeCommand({ agentRuntimeId: full.agentRuntimeId })))).name).toBe(
      'ResourceNotFoundException',
    );
    expect(listBlobs(emulator.dataDirectory)).toEqual([]);

    await ask(emulator, 'reset', { method: 'POST' });
    expect(emulator.inventory()).toEqual([]);
    // It can be used as before.
    await pushRuntime(clientsOf(emulator), 'again', AGENT);
    await Promise.all([ask(emulator, 'reset', { method: 'POST' }), emulator.reset()]);
    expect(emulator.inventory()).toEqual([]);
    await emulator.stop();
  });

  test.runIf(isDeep)('an export that is broken off, and one made while much is written, leave nothing behind and are whole', async () => {
    const faults: unknown[] = [];
    const emulator = await startEmulator({ isolation: 'none', ephemeral: true, onFault: (error) => faults.push(error) });
    const { iam } = clientsOf(emulator);
    const stop = new AbortController();
    const acknowledged: string[] = [];
    const writing = (async () => {
      for (let count = 0; !stop.signal.aborted; count += 1) {
        await iam.send(new CreateRoleCommand({ RoleName: `w${count}`, AssumeRolePolicyDocument: TRUST }));
        acknowledged.push(`w${count}`);
      }
    })();
    await expect.poll(() => acknowledged.length).toBeGreaterThan(20);
    const known = acknowledged.length;
    const file = join(directory, 'busy.tar');
    await pipeline(await emulator.exportState(), createWriteStream(file));
    const broken = await emulator.exportState();
    broken.destroy();
    await (await ask(emulator, 'export')).body!.cancel();
    stop.abort();
    await writing;
    await expect.poll(() => readdir(join(emulator.dataDirectory, 'transfer'))).toEqual([]);
    await emulator.stop();
    expect(faults).toEqual([]);
    const dataDirectory = join(directory, 'busy');
    await importState({ file, dataDirectory });
    const { store, close } = await openDirectory(dataDirectory);
    const roles = new Set(store.items.all('iam-role').map(({ id }) => id));
    close();
    for (const name of acknowledged.slice(0, known)) expect(roles.has(name), name).toBe(true);
  });
});
