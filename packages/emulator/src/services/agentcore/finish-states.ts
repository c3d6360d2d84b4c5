import type { EmulatorServices } from '../../emulator-services.ts';
import { runtimeArn, runtimeEndpointArn } from './arns.ts';
import { collect } from '../s3/object.ts';
import { releaseCode } from './code/keep-code.ts';
import { deleteTokensOfWorkload } from './oauth2/vault.ts';
import type { Scope } from '../../store/items.ts';
import { removeResourcePolicy } from './resource-policy.ts';
import {
  DEFAULT_ENDPOINT,
  endpointId,
  findEndpoint,
  listEndpoints,
  RUNTIME,
  RUNTIME_ENDPOINT,
  RUNTIME_VERSION,
  versionId,
  type RuntimeItem,
  type VersionItem,
} from './runtime-items.ts';
import { WORKLOAD_IDENTITY } from './workload-identity.ts';

/** CREATING -> READY or CREATE_FAILED, UPDATING -> READY or UPDATE_FAILED; DEFAULT follows only to a version that works. */
export function finishVersion(
  { store, now }: EmulatorServices,
  scope: Scope,
  runtimeId: string,
  version: number,
  failureReason: string | undefined,
): void {
  store.transaction(() => {
    const item = store.items.get<VersionItem>(RUNTIME_VERSION, scope, versionId(runtimeId, version));
    // Deleted while it was brought up.
    if (!item) return;
    const lastUpdatedAt = now().toISOString();
    const failed = item.status === 'CREATING' ? 'CREATE_FAILED' : 'UPDATE_FAILED';
    const status = failureReason === undefined ? 'READY' : failed;
    const reason = failureReason === undefined ? {} : { failureReason };
    // Its `lastUpdatedAt` is when it was made, as AWS has it: becoming READY does not move it.
    store.items.put(RUNTIME_VERSION, scope, versionId(runtimeId, version), { ...item, status, ...reason });
    const endpoint = findEndpoint(store, scope, runtimeId, DEFAULT_ENDPOINT);
    if (!endpoint || endpoint.targetVersion !== version) return;
    const live = failureReason === undefined ? { liveVersion: version } : {};
    store.items.put(RUNTIME_ENDPOINT, scope, endpointId(runtimeId, DEFAULT_ENDPOINT), {
      ...endpoint,
      status,
      lastUpdatedAt,
      ...live,
      ...reason,
    });
  });
}

export function finishEndpoint({ store, now }: EmulatorServices, scope: Scope, runtimeId: string, name: string): void {
  const endpoint = findEndpoint(store, scope, runtimeId, name);
  if (!endpoint || endpoint.status === 'DELETING') return;
  store.items.put(RUNTIME_ENDPOINT, scope, endpointId(runtimeId, name), {
    ...endpoint,
    status: 'READY',
    liveVersion: endpoint.targetVersion,
    lastUpdatedAt: now().toISOString(),
  });
}

export function finishEndpointDeletion({ store }: EmulatorServices, scope: Scope, runtimeId: string, name: string): void {
  store.transaction(() => {
    store.items.delete(RUNTIME_ENDPOINT, scope, endpointId(runtimeId, name));
    removeResourcePolicy(store, runtimeEndpointArn(scope, runtimeId, name));
  });
}

export function finishDeletion(emulator: EmulatorServices, scope: Scope, runtimeId: string): void {
  const { store } = emulator;
  const unneeded = store.transaction(() => {
    const runtime = store.items.get<RuntimeItem>(RUNTIME, scope, runtimeId);
    if (!runtime) return [];
    for (const endpoint of listEndpoints(store, scope, runtimeId)) finishEndpointDeletion(emulator, scope, runtimeId, endpoint.name);
    const versions = store.items.list<VersionItem>(RUNTIME_VERSION, scope, { prefix: `${runtimeId}/` });
    for (const { id } of versions) store.items.delete(RUNTIME_VERSION, scope, id);
    store.items.delete(WORKLOAD_IDENTITY, scope, runtime.workloadIdentityName);
    deleteTokensOfWorkload(store, scope, runtime.workloadIdentityName);
    removeResourcePolicy(store, runtimeArn(scope, runtimeId));
    store.items.delete(RUNTIME, scope, runtimeId);
    return versions.flatMap(({ value }) => releaseCode(store, scope, runtimeId, value));
  });
  collect(emulator, unneeded);
}
