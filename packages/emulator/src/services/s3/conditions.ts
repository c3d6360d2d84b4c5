import type { Bucket } from './bucket.ts';
import type { S3Call } from './call.ts';
import { noSuchKey, notImplemented, preconditionFailed, s3Error } from './errors.ts';
import { findObject, type StoredVersion } from './object.ts';

/** Conditional writes: `If-None-Match: *` makes only what is not there, `If-Match` replaces only what the caller knows. */
export function checkWritePreconditions({ emulator, key, headers }: S3Call, bucket: Bucket): void {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  if (ifMatch === undefined && ifNoneMatch === undefined) return;
  const newest = findObject(emulator.store, bucket, key)?.versions[0];
  const current = newest?.deleteMarker ? undefined : newest;
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch !== '*') throw notImplemented('If-None-Match with anything but * on a write');
    if (current) throw preconditionFailed('If-None-Match');
  }
  if (ifMatch === undefined) return;
  if (!current) throw noSuchKey(key);
  if (!namesTag(ifMatch, current.etag)) throw preconditionFailed('If-Match');
}

/** Conditional reads, in the order of RFC 9110, 13.2.2. Throws 412, or 304 with the headers that belong to it. */
export function checkReadPreconditions(
  headers: S3Call['headers'],
  version: StoredVersion,
  notModifiedHeaders: Record<string, string>,
): void {
  const modified = Math.floor(Date.parse(version.lastModified) / 1000);
  const time = (name: string) => Math.floor(Date.parse(headers[name] ?? '') / 1000);
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  if (ifMatch !== undefined) {
    if (!namesTag(ifMatch, version.etag)) throw preconditionFailed('If-Match');
  } else if (modified > time('if-unmodified-since')) throw preconditionFailed('If-Unmodified-Since');
  const isKnown = ifNoneMatch === undefined ? modified <= time('if-modified-since') : namesTag(ifNoneMatch, version.etag);
  if (!isKnown) return;
  const error = s3Error('NotModified', 304, 'Not Modified');
  Object.assign(error.headers, notModifiedHeaders);
  throw error;
}

function namesTag(header: string, etag: string): boolean {
  return header.split(',').some((part) => part.trim() === '*' || part.trim().replace(/^W\//, '').replaceAll('"', '') === etag);
}
