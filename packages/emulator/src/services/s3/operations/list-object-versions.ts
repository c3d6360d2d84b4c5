import type { S3Answer, S3Call } from '../call.ts';
import { invalidArgument } from '../errors.ts';
import { listingParameters, toContents } from '../list-keys.ts';
import { listVersions, type ListedVersion } from '../list-versions.ts';
import { seconds } from '../seconds.ts';
import type { XmlValue } from '../xml.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html: by key, the newest first. */
export function listObjectVersions(call: S3Call): S3Answer {
  const { query, emulator } = call;
  const { prefix, delimiter, limit, encode, context } = listingParameters(query);
  const bucket = call.require('s3:ListBucketVersions', { context });
  const keyMarker = query.get('key-marker') ?? '';
  const versionMarker = query.get('version-id-marker') ?? '';
  if (versionMarker !== '' && keyMarker === '')
    throw invalidArgument('A version-id marker cannot be specified without a key marker.', 'version-id-marker', versionMarker);

  const page = listVersions(emulator.store, bucket, { prefix, delimiter, limit, keyMarker, versionMarker });
  const write = ({ key, version, isLatest }: ListedVersion): XmlValue => {
    const common = { VersionId: version.versionId, IsLatest: isLatest, Owner: { ID: bucket.accountId } };
    return version.deleteMarker
      ? { Key: encode(key), ...common, LastModified: seconds(version.lastModified) }
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
        NextKeyMarker: page.next && encode(page.next.key),
        NextVersionIdMarker: page.next?.versionId,
        Delimiter: delimiter === '' ? undefined : encode(delimiter),
        MaxKeys: limit,
        IsTruncated: page.next !== undefined,
        EncodingType: query.get('encoding-type') ?? undefined,
        Version: page.versions.filter(({ version }) => !version.deleteMarker).map(write),
        DeleteMarker: page.versions.filter(({ version }) => version.deleteMarker).map(write),
        CommonPrefixes: page.prefixes.map((Prefix) => ({ Prefix: encode(Prefix) })),
      },
    },
  };
}
