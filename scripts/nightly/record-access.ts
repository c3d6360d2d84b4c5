import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEmulator, type Emulator } from '@agentcore-tutorials/emulator';
import type { Place, RecordedAccess } from './write-policy.ts';

const ROOT = join(import.meta.dirname, '../..');

/** What the nightly run does, in the emulator, and everything that its caller was asked for. What agents do is their own roles' matter. */
export async function recordAccess(): Promise<{ recorded: RecordedAccess[]; place: Place }> {
  const recorded: RecordedAccess[] = [];
  let during: RecordedAccess['during'] | undefined = 'tutorials';
  const state = await mkdtemp(join(tmpdir(), 'nightly-'));
  const emulator = await startEmulator({
    ephemeral: true,
    onAccess: ({ principal, action, resource, allowed }) => {
      if (principal.type === 'user' && allowed && during) recorded.push({ decision: { action, resource }, during });
    },
  });
  const start = async (...args: string[]) => {
    const env = { ...process.env, ...emulator.env, ...modelsOf(emulator), AGENTCORE_TUTORIALS_HOME: state };
    await promisify(execFile)(process.execPath, ['packages/harness/launch.mjs', ...args, '--target', 'aws', '--yes'], { cwd: ROOT, env });
  };
  try {
    await start('all');
    // Each of the path by itself, and the last one without the file that says what there is to clean up.
    for (const step of ['01', '02', '03', '04']) await start(step);
    await rm(state, { recursive: true });
    await start('05');
    await start('02', '03');
    // Somebody else's: a sweep has to ask for its tags too.
    during = undefined;
    const { S3 } = await import('@aws-sdk/client-s3');
    const { endpoint, region, accessKeyId, secretAccessKey } = emulator;
    const s3 = new S3({ endpoint, region, credentials: { accessKeyId, secretAccessKey }, forcePathStyle: true });
    await s3.createBucket({ Bucket: 'of-somebody-else', CreateBucketConfiguration: { LocationConstraint: 'us-west-2' } });
    during = 'sweep';
    await start('sweep', '--older-than', '0h');
    return { recorded, place: { account: emulator.accountId, region: emulator.region } };
  } finally {
    await emulator.stop();
    await rm(state, { recursive: true, force: true });
  }
}

/** The models as an account would be told of them. */
export function modelsOf({ endpoint, modelApiKey }: Pick<Emulator, 'endpoint' | 'modelApiKey'>): Record<string, string> {
  return { AZURE_OPENAI_ENDPOINT: endpoint, AZURE_OPENAI_DEPLOYMENT: 'gpt-4.1-mini', AZURE_OPENAI_API_KEY: modelApiKey };
}
