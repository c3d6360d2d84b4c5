import type { Readable } from 'node:stream';
import { AwsError } from '../gateway/aws-error.ts';
import type { Scope } from '../store/items.ts';
import { DigestMismatch } from './blob-store.ts';
import { digestMismatch, invalidLayerPart, repositoryNotFound, uploadNotFound } from './errors.ts';
import { findLayer, holdBlob, isBlobReferenced } from './layer.ts';
import { idIn, kindOf, restOf, type RegistryServices } from './names.ts';
import { findRepository, requireRepository } from './repository.ts';
import { isUploadId, OffsetMismatch } from './upload-files.ts';

/** An upload that was begun in a repository. Its bytes are in a file. */
export interface UploadItem {
  startedAt: string;
  /** Size of the last part that UploadLayerPart wrote, in bytes. */
  lastPart?: number;
  /** A part that is too small has others after it. */
  smallPart?: boolean;
  /** The digest under which it is being stored: after a crash, that blob may be there without anyone who holds it. */
  completing?: string;
}

/** An upload that nobody finishes is removed after a day. */
const ABANDONED_MS = 24 * 60 * 60 * 1000;

/** Begins an upload and answers its id. Takes the chance to remove uploads that were abandoned. */
export async function startUpload(services: RegistryServices, scope: Scope, name: string): Promise<string> {
  requireRepository(services.store, scope, name);
  await removeAbandonedUploads(services);
  const id = await services.blobs.uploads.create();
  saveUpload(services, scope, name, id, { startedAt: services.now().toISOString() });
  return id;
}

/** The upload and how many bytes of it are here. */
export async function requireUpload(
  { store, blobs }: RegistryServices,
  scope: Scope,
  name: string,
  id: string,
): Promise<{ item: UploadItem; size: number }> {
  requireRepository(store, scope, name);
  const item = isUploadId(id.toLowerCase()) ? store.items.get<UploadItem>(kindOf('upload', scope), scope, uploadKey(name, id)) : undefined;
  const size = item && (await blobs.uploads.size(id.toLowerCase()));
  if (!item || size === undefined) throw uploadNotFound(scope, name, id);
  return { item, size };
}

/** Appends a stream. With `first`, it must start exactly where the upload is. Answers the new size. */
export async function appendToUpload(
  services: RegistryServices,
  scope: Scope,
  name: string,
  id: string,
  source: Readable,
  first?: number,
): Promise<number> {
  await requireUpload(services, scope, name, id);
  try {
    return await services.blobs.uploads.append(id.toLowerCase(), source, first);
  } catch (error) {
    if (error instanceof OffsetMismatch) throw invalidLayerPart(scope, name, id, error.size, first!);
    throw isMissing(error) ? uploadNotFound(scope, name, id) : error;
  }
}

/** Makes the upload a blob of the repository. One whose bytes are not what `digest` says is removed. */
export async function completeUpload(services: RegistryServices, scope: Scope, name: string, id: string, digest: string): Promise<void> {
  const { store, blobs, now } = services;
  const { item } = await requireUpload(services, scope, name, id);
  saveUpload(services, scope, name, id, { ...item, completing: digest });
  try {
    await blobs.adopt(id.toLowerCase(), {
      expected: digest,
      commit: ({ size }) =>
        store.transaction(() => {
          // The repository may have been deleted while the bytes were hashed.
          if (!findRepository(store, scope, name)) throw repositoryNotFound(scope, name);
          holdBlob(store, scope, name, digest, { size, pushedAt: now().toISOString() });
          store.items.delete(kindOf('upload', scope), scope, uploadKey(name, id));
        }),
    });
  } catch (error) {
    blobs.collect(digest, () => isBlobReferenced(store, digest));
    if (isMissing(error)) throw uploadNotFound(scope, name, id);
    if (!(error instanceof DigestMismatch || error instanceof AwsError)) throw error;
    await cancelUpload(services, scope, name, id);
    throw error instanceof AwsError ? error : digestMismatch(scope, name, digest, error);
  }
}

/** A blob of one repository becomes one of another too, without being sent. `false` where the first does not hold it. */
export function mountBlob(
  { store, now }: RegistryServices,
  from: Scope & { name: string },
  to: Scope & { name: string },
  digest: string,
): boolean {
  const layer = findLayer(store, from, from.name, digest);
  if (!layer) return false;
  holdBlob(store, to, to.name, digest, { size: layer.size, pushedAt: now().toISOString() });
  return true;
}

export async function cancelUpload({ store, blobs }: RegistryServices, scope: Scope, name: string, id: string): Promise<void> {
  store.items.delete(kindOf('upload', scope), scope, uploadKey(name, id));
  await blobs.uploads.discard(id.toLowerCase());
}

export function saveUpload({ store }: RegistryServices, scope: Scope, name: string, id: string, item: UploadItem): void {
  store.items.put(kindOf('upload', scope), scope, uploadKey(name, id), item);
}

/** Removes uploads older than a day, with what they, or a crash between two writes, may have left behind. */
export async function removeAbandonedUploads(services: RegistryServices): Promise<void> {
  const { store, blobs, now } = services;
  for (const { accountId, region, id, value } of store.items.all<UploadItem>('ecr-upload')) {
    if (now().getTime() - Date.parse(value.startedAt) < ABANDONED_MS) continue;
    await cancelUpload(services, { accountId, region }, id.slice(0, id.indexOf(':')), restOf(id));
    if (value.completing !== undefined) blobs.collect(value.completing, () => isBlobReferenced(store, value.completing!));
  }
  const known = new Set(store.items.all<UploadItem>('ecr-upload').map(({ id }) => restOf(id)));
  for (const id of await blobs.uploads.idle(ABANDONED_MS, now())) if (!known.has(id)) await blobs.uploads.discard(id);
}

/** The file is gone: the upload was finished or removed by another request meanwhile. */
function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function uploadKey(name: string, id: string): string {
  return idIn(name, id.toLowerCase());
}
