import type { EmulatorServices } from '../../emulator-services.ts';
import type { Store } from '../../store/open-store.ts';
import { GLOBAL, type Bucket } from './bucket.ts';
import { orderedId, timeOfId } from './ordered-id.ts';

/** All versions of one key, the newest first. Without versioning there is one, named `null`. */
export interface ObjectItem {
  versions: ObjectVersion[];
}

export type ObjectVersion = StoredVersion | DeleteMarker;

interface VersionBase {
  versionId: string;
  lastModified: string;
}

export interface DeleteMarker extends VersionBase {
  deleteMarker: true;
}

export interface StoredVersion extends VersionBase {
  deleteMarker?: never;
  /** Of the bytes, which are a file in the store of objects. */
  digest: string;
  size: number;
  /** Without quotes. */
  etag: string;
  /** `content-type` and others that are given back as they came, user metadata among them. */
  headers: Record<string, string>;
  tags: Record<string, string>;
  checksum?: StoredChecksum;
  /** The sizes of its parts in bytes, where it was uploaded in parts. */
  parts?: number[];
  /** What made it, where that was an upload in parts: who completes it again is answered the same. */
  uploadId?: string;
}

export interface StoredChecksum {
  /** As in the header's name: `crc32`. */
  algorithm: string;
  value: string;
  type: 'FULL_OBJECT' | 'COMPOSITE';
}

const OBJECT = 's3-object';
/** Who needs a blob, by digest: what tells whether its bytes can go. */
const REFERENCE = 's3-blob-reference';

/** Names of buckets hold no colon: `name:` is a prefix that belongs to one bucket. */
export const objectId = (bucket: string, key: string) => `${bucket}:${key}`;

export function findObject(store: Store, bucket: Bucket, key: string): ObjectItem | undefined {
  return store.items.get<ObjectItem>(OBJECT, bucket, objectId(bucket.name, key));
}

/** What a key holds now: `undefined` where there is nothing, or it was deleted. */
export function currentVersion(store: Store, bucket: Bucket, key: string): StoredVersion | undefined {
  const newest = findObject(store, bucket, key)?.versions[0];
  return newest?.deleteMarker ? undefined : newest;
}

/** Objects of a bucket in the order of their keys, which is that of their bytes. */
export function* listObjects(
  store: Store,
  bucket: Bucket,
  { prefix = '', after = '' }: { prefix?: string; after?: string } = {},
): Generator<{ key: string; item: ObjectItem }, void, string | undefined> {
  const start = objectId(bucket.name, '');
  let last = after;
  for (;;) {
    const page = store.items.list<ObjectItem>(OBJECT, bucket, {
      prefix: start + prefix,
      after: last === '' ? '' : start + last,
      limit: 1000,
    });
    if (page.length === 0) return;
    let skipTo: string | undefined;
    for (const { id, value } of page) {
      last = id.slice(start.length);
      skipTo = yield { key: last, item: value };
      // Whoever lists by folders does not want what else is in this one.
      if (skipTo !== undefined) break;
    }
    last = skipTo ?? last;
    if (skipTo === undefined && page.length < 1000) return;
  }
}

/** Puts a new version in front. Without versioning it takes the place of the one that was there. Answers what blobs are needed no more. */
export function addVersion(store: Store, bucket: Bucket, key: string, version: ObjectVersion): string[] {
  const versions = findObject(store, bucket, key)?.versions ?? [];
  const replaced = versions.filter(({ versionId }) => versionId === version.versionId);
  saveVersions(store, bucket, key, [version, ...versions.filter((other) => !replaced.includes(other))], replaced);
  return digestsOf(replaced);
}

/** Writes a version again, whose bytes stay: for tags. */
export function updateVersion(store: Store, bucket: Bucket, key: string, version: StoredVersion): void {
  const versions = findObject(store, bucket, key)?.versions ?? [];
  saveVersions(
    store,
    bucket,
    key,
    versions.map((other) => (other.versionId === version.versionId ? version : other)),
  );
}

/** Deletes one version for good. Answers what blobs are needed no more. */
export function removeVersion(store: Store, bucket: Bucket, key: string, versionId: string): string[] {
  const versions = findObject(store, bucket, key)?.versions ?? [];
  const removed = versions.filter((version) => version.versionId === versionId);
  saveVersions(
    store,
    bucket,
    key,
    versions.filter((version) => !removed.includes(version)),
    removed,
  );
  return digestsOf(removed);
}

function saveVersions(store: Store, bucket: Bucket, key: string, versions: ObjectVersion[], gone: ObjectVersion[] = []): void {
  const owner = objectId(bucket.name, key);
  store.transaction(() => {
    for (const version of gone) if (!version.deleteMarker) release(store, version.digest, `${owner}?${version.versionId}`);
    for (const version of versions) if (!version.deleteMarker) hold(store, version.digest, `${owner}?${version.versionId}`);
    if (versions.length === 0) store.items.delete(OBJECT, bucket, owner);
    else store.items.put(OBJECT, bucket, owner, { versions });
  });
}

export function hold(store: Store, digest: string, owner: string): void {
  const id = `${digest} ${owner}`;
  if (!store.items.get(REFERENCE, GLOBAL, id)) store.items.put(REFERENCE, GLOBAL, id, {});
}

export function release(store: Store, digest: string, owner: string): void {
  store.items.delete(REFERENCE, GLOBAL, `${digest} ${owner}`);
}

export function isNeeded(store: Store, digest: string): boolean {
  return store.items.list(REFERENCE, GLOBAL, { prefix: `${digest} `, limit: 1 }).length > 0;
}

/** After the transaction in which their last owner let go of them. */
export function collect({ store, objects }: Pick<EmulatorServices, 'store' | 'objects'>, digests: readonly string[]): void {
  for (const digest of digests) objects.collect(digest, () => isNeeded(store, digest));
}

/** Whether {@link newVersionId} makes such ids. */
export const isVersionId = (text: string) => /^[\w.]{32}$/.test(text);

export function newVersionId(bucket: Bucket): string {
  return bucket.item.versioning === 'Enabled' ? orderedId(16).toString('base64url').replaceAll('-', '.') : 'null';
}

/** When a version was made, in microseconds, also where there is only its id left. */
export function timeOfVersion({ versionId, lastModified }: Pick<VersionBase, 'versionId'> & Partial<VersionBase>): number {
  if (versionId === 'null') return Date.parse(lastModified ?? '') * 1000;
  return timeOfId(Buffer.from(versionId.replaceAll('.', '-'), 'base64url'));
}

function digestsOf(versions: readonly ObjectVersion[]): string[] {
  return versions.flatMap((version) => (version.deleteMarker ? [] : [version.digest]));
}
