import { call, type CallOptions } from './aws/call.ts';
import type { Connection } from './aws/connect.ts';
import { isCode } from './is-code.ts';
import { listAll } from './list-all.ts';

export interface WorkloadIdentityInput {
  /** 3 to 255 letters, digits, `_`, `.` and `-`. */
  name: string;
  /** Where a browser may come back to after consent. An update replaces the list. */
  allowedResourceOauth2ReturnUrls?: string[];
}

export interface WorkloadIdentity {
  name: string;
  workloadIdentityArn: string;
  allowedResourceOauth2ReturnUrls: string[];
  createdTime?: Date;
  lastUpdatedTime?: Date;
}

export async function createWorkloadIdentity(
  aws: Connection,
  input: WorkloadIdentityInput & { tags?: Record<string, string> },
  signal?: AbortSignal,
): Promise<WorkloadIdentity> {
  const { client, commands } = await aws.control();
  const subject = { operation: 'CreateWorkloadIdentity', workload: input.name };
  return describe(await call(subject, signal, (options) => client.send(new commands.CreateWorkloadIdentity(input), options)));
}

export async function getWorkloadIdentity(aws: Connection, name: string, signal?: AbortSignal): Promise<WorkloadIdentity> {
  const { client, commands } = await aws.control();
  const subject = { operation: 'GetWorkloadIdentity', workload: name };
  return describe(await call(subject, signal, (options) => client.send(new commands.GetWorkloadIdentity({ name }), options)));
}

export async function updateWorkloadIdentity(
  aws: Connection,
  input: WorkloadIdentityInput,
  signal?: AbortSignal,
): Promise<WorkloadIdentity> {
  const { client, commands } = await aws.control();
  const subject = { operation: 'UpdateWorkloadIdentity', workload: input.name };
  return describe(await call(subject, signal, (options) => client.send(new commands.UpdateWorkloadIdentity(input), options)));
}

export async function listWorkloadIdentities(
  aws: Connection,
  { signal }: CallOptions = {},
): Promise<Pick<WorkloadIdentity, 'name' | 'workloadIdentityArn'>[]> {
  const { client, commands } = await aws.control();
  return listAll(async (page) => {
    const subject = { operation: 'ListWorkloadIdentities' };
    const { workloadIdentities = [], nextToken } = await call(subject, signal, (options) =>
      client.send(new commands.ListWorkloadIdentities({ ...page, maxResults: 20 }), options),
    );
    return { items: workloadIdentities.map(({ name = '', workloadIdentityArn = '' }) => ({ name, workloadIdentityArn })), nextToken };
  });
}

/** @returns false where there was nothing to delete */
export async function deleteWorkloadIdentity(aws: Connection, name: string, signal?: AbortSignal): Promise<boolean> {
  const { client, commands } = await aws.control();
  try {
    await call({ operation: 'DeleteWorkloadIdentity', workload: name }, signal, (options) =>
      client.send(new commands.DeleteWorkloadIdentity({ name }), options),
    );
    return true;
  } catch (error) {
    if (isCode(error, 'NOT_FOUND')) return false;
    throw error;
  }
}

interface Described {
  name: string | undefined;
  workloadIdentityArn: string | undefined;
  allowedResourceOauth2ReturnUrls?: string[] | undefined;
  createdTime?: Date | undefined;
  lastUpdatedTime?: Date | undefined;
}

function describe({
  name = '',
  workloadIdentityArn = '',
  allowedResourceOauth2ReturnUrls = [],
  createdTime,
  lastUpdatedTime,
}: Described): WorkloadIdentity {
  return {
    name,
    workloadIdentityArn,
    allowedResourceOauth2ReturnUrls,
    ...(createdTime && { createdTime }),
    ...(lastUpdatedTime && { lastUpdatedTime }),
  };
}
