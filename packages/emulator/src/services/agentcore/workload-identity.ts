import { randomUUID } from 'node:crypto';
import type { OperationContext } from '../../gateway/operation.ts';
import type { Scope } from '../../store/items.ts';
import type { Store } from '../../store/open-store.ts';
import { workloadDirectoryArn, workloadIdentityArn } from './arns.ts';
import { notFound } from './errors.ts';

export const WORKLOAD_IDENTITY = 'workload-identity';

export interface WorkloadIdentityItem {
  name: string;
  /** Of this one alone, also among those of the same name: see identity-binding.ts. */
  identityId?: string;
  createdTime: string;
  lastUpdatedTime: string;
  allowedResourceOauth2ReturnUrls: string[];
  tags: Record<string, string>;
  /** The runtime that this identity belongs to. Only the service issues tokens for it, and only the service deletes it. */
  runtimeId?: string;
}

export function findWorkloadIdentity(store: Store, scope: Scope, name: string): WorkloadIdentityItem | undefined {
  return store.items.get<WorkloadIdentityItem>(WORKLOAD_IDENTITY, scope, name);
}

export function requireWorkloadIdentity({ emulator, accountId, region }: OperationContext, name: string): WorkloadIdentityItem {
  const identity = findWorkloadIdentity(emulator.store, { accountId, region }, name);
  if (!identity) throw notFound(`Workload identity '${name}' does not exist.`);
  return identity;
}

export function newWorkloadIdentity(
  now: Date,
  fields: Pick<WorkloadIdentityItem, 'name'> & Partial<WorkloadIdentityItem>,
): WorkloadIdentityItem {
  const createdTime = now.toISOString();
  return { identityId: randomUUID(), createdTime, lastUpdatedTime: createdTime, allowedResourceOauth2ReturnUrls: [], tags: {}, ...fields };
}

/** Both resources that every action on a workload identity is checked against. */
export function workloadResources(scope: Scope, name: string): string[] {
  return [workloadDirectoryArn(scope), workloadIdentityArn(scope, name)];
}
