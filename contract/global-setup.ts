import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator } from '@agentcore-tutorials/emulator';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { TestProject } from 'vitest/node';
import { clientsOf } from './clients.ts';
import { writeRecording, type RecordedCall } from './record/recording.ts';
import { sweep } from './sweep.ts';
import type { ContractTarget } from './target.ts';

/** Chooses the target once for all files: an emulator of its own, or, with CONTRACT_TARGET=aws, the account of the default credentials. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const wanted = process.env['CONTRACT_TARGET'] ?? 'emulator';
  const runId = randomBytes(4).toString('hex');
  const recording = await startRecording(wanted);
  if (wanted === 'emulator') {
    const emulator = await startEmulator({ ephemeral: true, stateDelayMs: 50 });
    const { endpoint, region, accountId, accessKeyId, secretAccessKey } = emulator;
    const target: ContractTarget = {
      name: 'emulator',
      region,
      accountId,
      runId,
      ...recording.target,
      connection: { endpoint, credentials: { accessKeyId, secretAccessKey } },
    };
    project.provide('contract', target);
    return async () => {
      // It leaves nothing behind on AWS only if it leaves nothing behind here.
      await sweep(target).finally(() => emulator.stop());
      await recording.finish();
    };
  }
  if (wanted !== 'aws') throw new Error(`CONTRACT_TARGET is '${wanted}'. Expected 'emulator' (the default) or 'aws'.`);
  const target = { ...(await awsTarget(runId)), ...recording.target };
  console.log(
    `contract: account ${target.accountId}, region ${target.region}, run ${runId}${target.image ? '' : ', without a runtime (CONTRACT_IMAGE)'}`,
  );
  project.provide('contract', target);
  return () => sweep(target).finally(() => recording.finish());
}

/** With CONTRACT_RECORD, what is answered goes to that file in the end: `npx pnpm contract --record FILE`. */
async function startRecording(target: string): Promise<{ target: Pick<ContractTarget, 'recording'>; finish(): Promise<void> }> {
  const file = process.env['CONTRACT_RECORD'];
  if (file === undefined) return { target: {}, finish: () => Promise.resolve() };
  const directory = await mkdtemp(join(tmpdir(), 'contract-'));
  return {
    target: { recording: { directory, key: randomBytes(32).toString('hex') } },
    async finish() {
      const parts = await Promise.all((await readdir(directory)).map((name) => readFile(join(directory, name), 'utf8')));
      const calls = parts.flatMap((part) => JSON.parse(part) as RecordedCall[]);
      const sorted = calls.map((call, index) => ({ call, index })).toSorted((a, b) => order(a.call, b.call) || a.index - b.index);
      const recordedOn = new Date().toISOString().slice(0, 10);
      await writeFile(file, writeRecording({ format: 1, target, recordedOn, calls: sorted.map(({ call }) => call) }));
      await rm(directory, { recursive: true });
    },
  };
}

/** By test, so that the order in which files ran does not matter. */
const order = (a: RecordedCall, b: RecordedCall) => (a.test < b.test ? -1 : Number(a.test > b.test));

async function awsTarget(runId: string): Promise<ContractTarget> {
  const region = process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? 'us-west-2';
  const { Account: accountId = '' } = await clientsOf({ region }).sts.send(new GetCallerIdentityCommand({}));
  const expected = process.env['CONTRACT_ACCOUNT'];
  if (expected !== undefined && expected !== accountId)
    throw new Error(`The default credentials are of account ${accountId}, CONTRACT_ACCOUNT says ${expected}. Nothing was made.`);
  const image = process.env['CONTRACT_IMAGE'];
  return { name: 'aws', region, accountId, runId, ...(image ? { image } : {}) };
}
