import type { S3Answer, S3Call } from '../call.ts';
import { invalidArgument, notImplemented } from '../errors.ts';
import { listingParameters, toContents } from '../list-keys.ts';
import { findObject, listObjects, type ObjectVersion } from '../object.ts';
import type { XmlValue } from '../xml.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html: by key, the newest first. */
export function listObjectVersions(call: S3Call): S3Answer {
  const { query, emulator } = call;
  const { prefix, delimiter, limit, encode, context } = listingParameters(query);
  if (delimiter !== '') throw notImplemented('ListObjectVersions with a delimiter');
  const bucket = call.require('s3:ListBucketVersions', { context });
  const keyMarker = query.get('key-marker') ?? '';
  const versionMarker = query.get('version-id-marker') ?? '';
  if (versionMarker !== '' && keyMarker === '')
    throw invalidArgument('A version-id marker cannot be specified without a key marker.', 'version-id-marker', versionMarker);

  const entries: { key: string; version: ObjectVersion; isLatest: boolean }[] = [];
  const add = (key: string, versions: ObjectVersion[], from = 0) =>
    entries.push(...versions.slice(from).map((version, index) => ({ key, version, isLatest: from + index === 0 })));
  if (versionMarker !== '') {
    const versions = findObject(emulator.store, bucket, keyMarker)?.versions ?? [];
    const index = versions.findIndex(({ versionId }) => versionId === versionMarker);
    if (index >= 0) add(keyMarker, versions, index + 1);
  }
  // One more than the page has room for: it tells that there are more.
  for (const { key, item } of listObjects(emulator.store, bucket, { prefix, after: keyMarker })) {
    if (entries.length > limit) break;
    add(key, item.versions);
  }
  const shown = entries.slice(0, limit);
  const last = entries.length > limit ? shown.at(-1) : undefined;
  const write = ({ key, version, isLatest }: (typeof entries)[number]): XmlValue => {
    const common = { VersionId: version.versionId, IsLatest: isLatest, Owner: { ID: bucket.accountId } };
    return version.deleteMarker
      ? { Key: encode(key), ...common, LastModified: version.lastModified }
      : { ...(toContents(encode(key), version, undefined) as object), ...common };
  };
  return {
    xml: {
      root: 'ListVersionsResult',
      value: {
        Name: bucket.name,
        Prefix: encode(prefix),
        KeyMarker: encode(keyMarker),
        VersionIdMarker: versionMarker,
        NextKeyMarker: last && encode(last.key),
        NextVersionIdMarker: last?.version.versionId,
        MaxKeys: limit,
        IsTruncated: last !== undefined,
        EncodingType: query.get('encoding-type') ?? undefined,
        Version: shown.filter(({ version }) => !version.deleteMarker).map(write),
        DeleteMarker: shown.filter(({ version }) => version.deleteMarker).map(write),
      },
    },
  };
}
