import { writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isStress, rounds, seed } from '../../../../testing/seed.ts';
import { loadModels } from '../load-models.ts';
import { services } from '../services/index.ts';
import { startEmulator, type Emulator } from '../start-emulator.ts';
import { clientsOf } from '../test/clients.ts';
import { pushRuntime } from '../test/push-runtime.ts';
import { likelyValues } from './constants.ts';
import { fuzzOperations } from './fuzz-operations.ts';
import { createPool } from './make-value.ts';
import { createSender } from './send-raw.ts';
import { REGRESSION_SEEDS } from './regression-seeds.ts';
import type { Signer } from './sign-raw.ts';

/** `STRESS=1` calls each operation thousands of times. A file named by `FUZZ_TRACE` always holds the last call. */
const SEEDS = isStress ? Array.from({ length: 8 }, (_, part) => seed + part) : process.env['FUZZ_SEED'] ? [seed] : REGRESSION_SEEDS;
const ROUNDS = rounds(2, 5, 400);
const TRACE = process.env['FUZZ_TRACE'];

const AGENT = `import { createServer } from 'node:http';
createServer((request, response) => {
  request.resume().on('end', () => response.setHeader('content-type', 'application/json').end('{"status":"Healthy","time_of_last_update":1}'));
}).listen(8080, '0.0.0.0');`;

let emulator: Emulator;
let signers: Signer[];
let sender: ReturnType<typeof createSender>;
let values: ReturnType<typeof likelyValues>;
const faults: unknown[] = [];
const unhandled = (error: unknown) => faults.push(error);

beforeAll(async () => {
  process.on('unhandledRejection', unhandled);
  emulator = await startEmulator({ isolation: 'none', ephemeral: true, stateDelayMs: 0, onFault: (error) => faults.push(error) });
  sender = createSender(emulator.endpoint);
  await prepare();
});
afterAll(async () => {
  sender.close();
  await emulator.stop();
  process.off('unhandledRejection', unhandled);
});

/** What requests can hit: a runtime that answers, and callers of three kinds. */
async function prepare(): Promise<void> {
  const clients = clientsOf(emulator);
  values = likelyValues({ endpoint: emulator.endpoint, ...(await pushRuntime(clients, 'fuzz', AGENT)) });
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }] };
  const { Role } = await clients.iam.send(new CreateRoleCommand({ RoleName: 'caller', AssumeRolePolicyDocument: JSON.stringify(trust) }));
  const { Credentials: given } = await clients.sts.send(new AssumeRoleCommand({ RoleArn: Role!.Arn, RoleSessionName: 'fuzz-session' }));
  const other = await fetch(`${emulator.endpoint}/_emulator/accounts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${emulator.adminToken}` },
    body: '{"accountId":"111122223333"}',
  });
  signers = [
    emulator,
    { accessKeyId: given!.AccessKeyId!, secretAccessKey: given!.SecretAccessKey!, sessionToken: given!.SessionToken! },
    (await other.json()) as Signer,
  ];
}

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

test(
  'every operation answers whatever it is sent with what its model says, and nothing of it stays in memory',
  { timeout: 7_200_000 },
  async () => {
    const heaps: number[] = [];
    const resident: number[] = [];
    const answers = new Map<string, number>();
    let calls = 0;
    for (const seed of SEEDS) {
      const result = await fuzzOperations({
        models: loadModels(),
        isServed: (service, name) => services[service]?.[name] !== undefined,
        pool: createPool(values),
        signers,
        region: emulator.region,
        seed,
        rounds: ROUNDS,
        send: sender.send,
        host: new URL(emulator.endpoint).host,
        faults,
        onCall: TRACE ? (call) => writeFileSync(TRACE, call) : () => {},
      });
      calls += result.calls;
      for (const [key, count] of result.answers) answers.set(key, (answers.get(key) ?? 0) + count);
      expect(result.findings.join('\n\n')).toBe('');
      expect(faults).toEqual([]);
      // What the state holds is meant to stay; what is left when it is gone is what would grow.
      await emulator.reset();
      heaps.push(heapAfterCollection());
      resident.push(Math.round(process.memoryUsage.rss() / 1e6));
      await prepare();
    }
    const done = [...answers.keys()].filter((key) => key.endsWith(' done'));
    if (isStress) console.log({ calls, seed, done: done.length, kinds: answers.size, heaps, resident, ...process.memoryUsage() });
    // A fuzzer that is turned away at the door tests nothing.
    expect(done.length).toBeGreaterThan(30);
    expect(heaps.at(-1)! - heaps[0]!).toBeLessThan(40_000_000);
  },
);
