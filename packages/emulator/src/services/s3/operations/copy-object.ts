import { createHash } from 'node:crypto';
import { createChecksum, DEFAULT_CHECKSUM, readAlgorithm } from '../body/checksums.ts';
import { readObject } from '../body/read-object.ts';
import type { Bucket } from '../bucket.ts';
import type { S3Answer, S3Call } from '../call.ts';
import { checkWritePreconditions } from '../conditions.ts';
import { copySource, sourceVersionHeader, type FoundSource } from '../copy-source.ts';
import { ENCRYPTION_HEADERS, encryptionHeaders } from '../encryption.ts';
import { invalidArgument, invalidRequest } from '../errors.ts';
import { whileThere } from '../find-version.ts';
import { addVersion, collect, newVersionId, type StoredChecksum, type StoredVersion } from '../object.ts';
import { metadataOf, readMetadata, readSettings } from '../object-headers.ts';
import { seconds } from '../seconds.ts';
import { readTagHeader } from '../tags.ts';
import { checksumElements, versionHeaders } from '../version-headers.ts';

/** What a copy onto itself must change one of. */
const CHANGES = ['x-amz-storage-class', 'x-amz-website-redirect-location', ...ENCRYPTION_HEADERS];

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html: the copy shares its bytes with the original. */
export async function copyObject(call: S3Call): Promise<S3Answer> {
  const { headers, key, emulator } = call;
  const { from, find } = copySource(call);
  const asked = headers['x-amz-checksum-algorithm'];
  const algorithm = asked === undefined ? undefined : readAlgorithm(asked);
  const replacesTags = directive(call, 'x-amz-tagging-directive') === 'REPLACE';
  const replacesMetadata = directive(call, 'x-amz-metadata-directive') === 'REPLACE';
  return whileThere(find, async (before) => {
    const { etag, checksum } = await describe(call, before.version, algorithm);
    const found = find();
    // While its bytes were read the source has got others.
    if (found.version.digest !== before.version.digest) return copyObject(call);
    const bucket = call.require(['s3:PutObject', ...(replacesTags ? ['s3:PutObjectTagging'] : [])], { onKey: key });
    checkWritePreconditions(call, bucket);
    if (!replacesMetadata) requireChange(call, from, found, bucket);
    // Written in one piece, whatever the original was.
    const { parts: _, uploadId: __, ...whole } = found.version;
    const copy: StoredVersion = {
      ...whole,
      etag,
      checksum,
      versionId: newVersionId(bucket),
      lastModified: emulator.now().toISOString(),
      headers: {
        ...(replacesMetadata ? readMetadata(call) : metadataOf(found.version.headers)),
        ...readSettings(call, bucket),
      },
      tags: replacesTags ? readTagHeader(headers['x-amz-tagging']) : found.version.tags,
    };
    collect(emulator, addVersion(emulator.store, bucket, key, copy));
    return {
      headers: { ...versionHeaders(bucket, copy), ...sourceVersionHeader(from, found), ...encryptionHeaders(copy.headers) },
      xml: {
        root: 'CopyObjectResult',
        value: { LastModified: seconds(copy.lastModified), ETag: `"${etag}"`, ...checksumElements(copy) },
      },
    };
  });
}

/** A copy of the newest version onto itself is refused where nothing about it would change. */
function requireChange({ key, headers }: S3Call, from: S3Call, source: FoundSource, bucket: Bucket): void {
  const isSame = source.bucket.name === bucket.name && from.key === key && !from.query.has('versionId');
  if (!isSame || bucket.item.encryption || CHANGES.some((name) => headers[name] !== undefined)) return;
  throw invalidRequest(
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  );
}

/**
 * The ETag and the checksum of the copy: those of its bytes, also where the original's were made of those of its parts. The bytes are read only
 * where they are not known. Without `asked`, the algorithm is the original's.
 */
async function describe(
  { emulator }: S3Call,
  source: StoredVersion,
  asked: string | undefined,
): Promise<{ etag: string; checksum: StoredChecksum }> {
  const algorithm = asked ?? source.checksum?.algorithm ?? DEFAULT_CHECKSUM;
  const { checksum, etag } = source;
  if (!etag.includes('-') && checksum?.algorithm === algorithm && checksum.type === 'FULL_OBJECT') return { etag, checksum };
  const md5 = createHash('md5');
  const running = createChecksum(algorithm);
  for await (const chunk of readObject(emulator, source)) {
    md5.update(chunk);
    running.update(chunk);
  }
  return { etag: md5.digest('hex'), checksum: { algorithm, value: running.digest(), type: 'FULL_OBJECT' } };
}

function directive({ headers }: S3Call, name: string): string {
  const value = headers[name] ?? 'COPY';
  if (value !== 'COPY' && value !== 'REPLACE') throw invalidArgument(`Unknown ${name}.`, name, value);
  return value;
}
