import type { BlobSource } from './blob.ts';
import { hasBlob } from './blob.ts';
import type { RegistryClient } from './client.ts';
import type { FetchedManifest } from './manifest.ts';
import { hasManifest, putManifest } from './manifest.ts';
import { uploadBlob } from './upload.ts';

/** A blob of an image, and where in the same registry it may be already. */
export interface PushBlob extends BlobSource {
  mountFrom?: string;
}

export interface PushImage {
  manifest: FetchedManifest;
  blobs: PushBlob[];
}

export interface PushPlan {
  /** The registry has the very manifest: there is nothing to do. */
  complete: boolean;
  missing: PushBlob[];
  /** What would be sent if nothing could be mounted. */
  bytes: number;
}

export interface PushResult {
  uploadedBytes: number;
  uploaded: number;
  mounted: number;
}

/** Asks what the registry lacks. Only reads. */
export async function planPush(client: RegistryClient, repository: string, { manifest, blobs }: PushImage): Promise<PushPlan> {
  if (await hasManifest(client, repository, manifest.digest)) return { complete: true, missing: [], bytes: 0 };
  const present = await Promise.all(blobs.map((blob) => hasBlob(client, repository, blob.digest)));
  const missing = blobs.filter((_, index) => !present[index]);
  return { complete: false, missing, bytes: missing.reduce((sum, { size }) => sum + size, manifest.bytes.length) };
}

/** Sends what {@link planPush} found missing, and the manifest last: a registry never shows an image that is not whole. */
export async function pushImage(
  client: RegistryClient,
  repository: string,
  { manifest }: PushImage,
  { complete, missing }: PushPlan,
  onBlob?: (blob: PushBlob, how: 'mounted' | 'uploaded') => void,
): Promise<PushResult> {
  const result: PushResult = { uploadedBytes: 0, uploaded: 0, mounted: 0 };
  if (complete) return result;
  const queue = [...missing];
  async function work(): Promise<void> {
    for (let blob = queue.shift(); blob !== undefined; blob = queue.shift()) {
      const how = await uploadBlob(client, repository, blob, blob.mountFrom ? { mountFrom: blob.mountFrom } : {});
      result[how] += 1;
      if (how === 'uploaded') result.uploadedBytes += blob.size;
      onBlob?.(blob, how);
    }
  }
  // Three at once, as docker does: enough to fill a line, few enough for registries that throttle.
  await Promise.all([work(), work(), work()]);
  await putManifest(client, repository, manifest);
  return { ...result, uploadedBytes: result.uploadedBytes + manifest.bytes.length };
}
