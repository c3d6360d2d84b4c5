import type { Bucket } from './bucket.ts';
import type { S3Call } from './call.ts';
import { conditionalConflict, noSuchKey, notImplementedByS3, preconditionFailed, s3Error } from './errors.ts';
import { currentVersion, findObject, type StoredVersion } from './object.ts';

/** What an upload in parts was begun upon: a write that takes long conflicts with what others did meanwhile. */
export interface BegunUpload {
  startedAt: string;
  /** Whether the key had an object then. Absent in uploads of older versions of this program. */
  existed?: boolean;
}

/**
 * Conditional writes: `If-None-Match: *` makes only what is not there, `If-Match` replaces only what the caller knows.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function checkWritePreconditions(call: S3Call, bucket: Bucket, begun?: BegunUpload): void {
  const { emulator, key, headers } = call;
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  if (ifMatch !== undefined && ifNoneMatch !== undefined) throw notImplementedByS3('If-Match,If-None-Match');
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch !== '*') throw notImplementedByS3('If-None-Match');
    if (currentVersion(emulator.store, bucket, key)) throw preconditionFailed('If-None-Match');
    if (begun?.existed) throw conditionalConflict('If-None-Match', key);
  }
  if (ifMatch === undefined) return;
  if (ifMatch === '*') throw notImplementedByS3('If-Match');
  // Who learns what a key holds must be allowed to read it.
  call.require('s3:GetObject', { onKey: key });
  const current = currentVersion(emulator.store, bucket, key);
  if (!current) throw noSuchKey(key);
  if (!namesTag(ifMatch, current.etag)) throw preconditionFailed('If-Match');
  if (begun && begun.startedAt < current.lastModified) throw conditionalConflict('If-Match', key);
}

/**
 * Conditional deletes: `If-Match` with an ETag, or `*` for whatever is there. Judged by the newest version, whichever is deleted.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
 */
export function checkDeletePreconditions(call: S3Call, bucket: Bucket, key: string, ifMatch: string | undefined): void {
  if (ifMatch === undefined) return;
  if (ifMatch !== '*') call.require('s3:GetObject', { onKey: key });
  const versions = findObject(call.emulator.store, bucket, key)?.versions ?? [];
  if (versions.length === 0) throw noSuchKey(key);
  const current = currentVersion(call.emulator.store, bucket, key);
  if (!current || !namesTag(ifMatch, current.etag)) throw preconditionFailed('If-Match');
}

export interface ReadConditions {
  headers: S3Call['headers'];
  now: Date;
  /** What the names of the headers begin with, for a copy. */
  prefix?: string;
}

/** Conditional reads, in the order of RFC 9110, 13.2.2. Throws 412, or 304 with the headers that belong to it. */
export function checkReadPreconditions(
  { headers, now, prefix = '' }: ReadConditions,
  version: StoredVersion,
  notModifiedHeaders: Record<string, string>,
): void {
  const modified = Math.floor(Date.parse(version.lastModified) / 1000);
  const value = (name: string) => headers[`${prefix}${name.toLowerCase()}`];
  const time = (name: string) => Math.floor(Date.parse(value(name) ?? '') / 1000);
  const failed = (name: string) => preconditionFailed(`${prefix}${name}`);
  const ifMatch = value('If-Match');
  const ifNoneMatch = value('If-None-Match');
  if (ifMatch !== undefined) {
    if (!namesTag(ifMatch, version.etag)) throw failed('If-Match');
  } else if (modified > time('If-Unmodified-Since')) throw failed('If-Unmodified-Since');
  // A time that is still to come says nothing: S3 ignores it.
  const since = time('If-Modified-Since') * 1000 > now.getTime() ? Number.NaN : time('If-Modified-Since');
  const isKnown = ifNoneMatch === undefined ? modified <= since : namesTag(ifNoneMatch, version.etag);
  if (!isKnown) return;
  // To a copy there is no "not modified".
  if (prefix !== '') throw failed(ifNoneMatch === undefined ? 'If-Modified-Since' : 'If-None-Match');
  const error = s3Error('NotModified', 304, 'Not Modified');
  Object.assign(error.headers, notModifiedHeaders);
  throw error;
}

function namesTag(header: string, etag: string): boolean {
  return header.split(',').some((part) => part.trim() === '*' || part.trim().replace(/^W\//, '').replaceAll('"', '') === etag);
}
