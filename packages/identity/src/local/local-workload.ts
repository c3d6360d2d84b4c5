import { randomUUID } from 'node:crypto';
import type { Connection } from '../aws/connect.ts';
import { isCode } from '../is-code.ts';
import { createWorkloadIdentity } from '../workload-identities.ts';
import { getWorkloadAccessToken } from '../get-workload-access-token.ts';
import { readAgentcoreFile, writeAgentcoreFile } from './agentcore-file.ts';

/** Who an agent is that runs on a developer's machine, outside of a runtime. */
export interface LocalWorkload {
  workloadName: string;
  userId: string;
}

/** What `.agentcore.json` in `directory` says; what it does not say is made, in AWS and in the file. */
export async function ensureLocalWorkload(aws: Connection, directory: string, signal?: AbortSignal): Promise<LocalWorkload> {
  const file = await readAgentcoreFile(directory);
  const { workload_identity_name: knownName, user_id: knownUser } = file;
  if (knownName !== undefined && knownUser !== undefined) return { workloadName: knownName, userId: knownUser };
  const workloadName = knownName ?? (await createWorkloadIdentity(aws, { name: `workload-${shortId()}` }, signal)).name;
  const userId = knownUser ?? `user-${shortId()}`;
  await writeAgentcoreFile(directory, { ...file, workload_identity_name: workloadName, user_id: userId });
  return { workloadName, userId };
}

/** A workload access token for the local workload and its user. */
export async function getLocalWorkloadToken(aws: Connection, directory: string, signal?: AbortSignal): Promise<string> {
  const workload = await ensureLocalWorkload(aws, directory, signal);
  try {
    return await getWorkloadAccessToken(aws, workload, signal);
  } catch (error) {
    if (!isCode(error, 'NOT_FOUND')) throw error;
  }
  // The file outlived the identity: another account or region, or somebody has cleaned up. What is missing is made, under the name that the
  // file gives it.
  try {
    await createWorkloadIdentity(aws, { name: workload.workloadName }, signal);
  } catch (error) {
    if (!isCode(error, 'ALREADY_EXISTS')) throw error;
  }
  return getWorkloadAccessToken(aws, workload, signal);
}

function shortId(): string {
  return randomUUID().slice(0, 8);
}
