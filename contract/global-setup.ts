import { randomBytes } from 'node:crypto';
import { startEmulator } from '@agentcore-tutorials/emulator';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { TestProject } from 'vitest/node';
import { clientsOf } from './clients.ts';
import { sweep } from './sweep.ts';
import type { ContractTarget } from './target.ts';

/** Chooses the target once for all files: an emulator of its own, or, with CONTRACT_TARGET=aws, the account of the default credentials. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const wanted = process.env['CONTRACT_TARGET'] ?? 'emulator';
  const runId = randomBytes(4).toString('hex');
  if (wanted === 'emulator') {
    const emulator = await startEmulator({ ephemeral: true, stateDelayMs: 50 });
    const { endpoint, region, accountId, accessKeyId, secretAccessKey } = emulator;
    const target: ContractTarget = {
      name: 'emulator',
      region,
      accountId,
      runId,
      connection: { endpoint, credentials: { accessKeyId, secretAccessKey } },
    };
    project.provide('contract', target);
    return async () => {
      // It leaves nothing behind on AWS only if it leaves nothing behind here.
      await sweep(target).finally(() => emulator.stop());
    };
  }
  if (wanted !== 'aws') throw new Error(`CONTRACT_TARGET is '${wanted}'. Expected 'emulator' (the default) or 'aws'.`);
  const target = await awsTarget(runId);
  console.log(
    `contract: account ${target.accountId}, region ${target.region}, run ${runId}${target.image ? '' : ', without a runtime (CONTRACT_IMAGE)'}`,
  );
  project.provide('contract', target);
  return () => sweep(target);
}

async function awsTarget(runId: string): Promise<ContractTarget> {
  const region = process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? 'us-west-2';
  const { Account: accountId = '' } = await clientsOf({ region }).sts.send(new GetCallerIdentityCommand({}));
  const expected = process.env['CONTRACT_ACCOUNT'];
  if (expected !== undefined && expected !== accountId)
    throw new Error(`The default credentials are of account ${accountId}, CONTRACT_ACCOUNT says ${expected}. Nothing was made.`);
  const image = process.env['CONTRACT_IMAGE'];
  return { name: 'aws', region, accountId, runId, ...(image ? { image } : {}) };
}
