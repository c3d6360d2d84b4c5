import { createHash } from 'node:crypto';
import type { S3Answer, S3Call } from '../call.ts';
import { checkWritePreconditions } from '../conditions.ts';
import { copySource } from '../copy-source.ts';
import { invalidArgument, invalidRequest } from '../errors.ts';
import { addVersion, collect, newVersionId, type StoredVersion } from '../object.ts';
import { readObjectHeaders } from '../object-headers.ts';
import { readTagHeader } from '../tags.ts';
import { versionHeaders } from '../version-headers.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html: the copy shares its bytes with the original. */
export async function copyObject(call: S3Call): Promise<S3Answer> {
  const { headers, key, emulator } = call;
  const { from, find } = copySource(call);
  let found = find();
  let { etag } = found.version;
  // The copy is one piece: its ETag is that of its bytes, also where the original's was made of those of its parts.
  while (etag.includes('-')) {
    const { digest } = found.version;
    etag = await md5Of(emulator, found.version);
    found = find();
    // While its bytes were read the source has got others.
    if (found.version.digest !== digest) etag = found.version.etag;
  }
  const { bucket: sourceBucket, version: source } = found;
  const replacesTags = directive(call, 'x-amz-tagging-directive') === 'REPLACE';
  const replacesMetadata = directive(call, 'x-amz-metadata-directive') === 'REPLACE';
  const bucket = call.require(['s3:PutObject', ...(replacesTags ? ['s3:PutObjectTagging'] : [])], { onKey: key });
  checkWritePreconditions(call, bucket);
  if (sourceBucket.name === bucket.name && from.key === key && !from.query.has('versionId') && !replacesMetadata)
    throw invalidRequest(
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  // Written in one piece, whatever the original was.
  const { parts: _, ...whole } = source;
  const copy: StoredVersion = {
    ...whole,
    etag,
    versionId: newVersionId(bucket),
    lastModified: emulator.now().toISOString(),
    headers: replacesMetadata ? readObjectHeaders(headers) : source.headers,
    tags: replacesTags ? readTagHeader(headers['x-amz-tagging']) : source.tags,
  };
  collect(emulator, addVersion(emulator.store, bucket, key, copy));
  const sourceVersion = versionHeaders(sourceBucket, source)['x-amz-version-id'];
  return {
    headers: { ...versionHeaders(bucket, copy), 'x-amz-copy-source-version-id': sourceVersion },
    xml: { root: 'CopyObjectResult', value: { LastModified: copy.lastModified, ETag: `"${copy.etag}"` } },
  };
}

async function md5Of({ objects }: S3Call['emulator'], { digest, size }: StoredVersion): Promise<string> {
  const md5 = createHash('md5');
  if (size > 0) for await (const chunk of objects.open(digest) as AsyncIterable<Buffer>) md5.update(chunk);
  return md5.digest('hex');
}

function directive({ headers }: S3Call, name: string): string {
  const value = headers[name] ?? 'COPY';
  if (value !== 'COPY' && value !== 'REPLACE') throw invalidArgument(`Unknown ${name}.`, name, value);
  return value;
}
