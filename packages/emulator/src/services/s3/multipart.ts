import type { EmulatorServices } from '../../emulator-services.ts';
import type { Store } from '../../store/open-store.ts';
import type { Bucket } from './bucket.ts';
import { noSuchUpload } from './errors.ts';
import type { XmlValue } from './xml.ts';
import { collect, objectId, release, type StoredChecksum } from './object.ts';

/** An upload in parts that is not complete. Its parts are blobs like any others. */
export interface UploadItem {
  key: string;
  startedAt: string;
  headers: Record<string, string>;
  tags: Record<string, string>;
  checksumAlgorithm?: string;
  checksumType?: 'FULL_OBJECT' | 'COMPOSITE';
  /** Whether the key had an object when the upload began. Absent in uploads of older versions of this program, as is the next. */
  existed?: boolean;
  /** The ARN of who began it. */
  initiator?: string;
  parts: Record<string, PartItem>;
}

export interface PartItem {
  digest: string;
  size: number;
  etag: string;
  lastModified: string;
  checksum?: StoredChecksum;
}

const UPLOAD = 's3-upload';

export function saveUpload(store: Store, bucket: Bucket, uploadId: string, item: UploadItem): void {
  store.items.put(UPLOAD, bucket, objectId(bucket.name, uploadId), item);
}

export function findUpload(store: Store, bucket: Bucket, key: string, uploadId: string): UploadItem | undefined {
  const item = store.items.get<UploadItem>(UPLOAD, bucket, objectId(bucket.name, uploadId));
  return item?.key === key ? item : undefined;
}

export function requireUpload(store: Store, bucket: Bucket, key: string, uploadId: string): UploadItem {
  const item = findUpload(store, bucket, key, uploadId);
  if (!item) throw noSuchUpload(uploadId);
  return item;
}

/** Who began an upload, and whose the object will be, as lists of uploads and of parts say it. */
export function uploadOwners({ initiator }: UploadItem, { accountId }: Bucket): XmlValue & object {
  return { Initiator: { ID: initiator ?? accountId }, Owner: { ID: accountId } };
}

export function listUploads(store: Store, bucket: Bucket): { uploadId: string; item: UploadItem }[] {
  const prefix = objectId(bucket.name, '');
  return store.items
    .list<UploadItem>(UPLOAD, bucket, { prefix })
    .map(({ id, value }) => ({ uploadId: id.slice(prefix.length), item: value }));
}

/** In a reference to a blob: who needs it. */
export const partOwner = (uploadId: string, partNumber: string | number) => `upload ${uploadId} ${partNumber}`;

/** Forgets an upload and its parts. Answers what blobs are needed no more. */
export function removeUpload(store: Store, bucket: Bucket, uploadId: string, { parts }: UploadItem): string[] {
  return store.transaction(() => {
    for (const [number, { digest }] of Object.entries(parts)) release(store, digest, partOwner(uploadId, number));
    store.items.delete(UPLOAD, bucket, objectId(bucket.name, uploadId));
    return Object.values(parts).map(({ digest }) => digest);
  });
}

/** A bucket can go while uploads are under way: they go with it. */
export function removeUploads(emulator: Pick<EmulatorServices, 'store' | 'objects'>, bucket: Bucket): void {
  for (const { uploadId, item } of listUploads(emulator.store, bucket)) {
    collect(emulator, removeUpload(emulator.store, bucket, uploadId, item));
  }
}
