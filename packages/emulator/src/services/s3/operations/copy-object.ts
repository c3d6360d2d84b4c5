import { createHash } from 'node:crypto';
import type { S3Answer, S3Call } from '../call.ts';
import { checkReadPreconditions, checkWritePreconditions } from '../conditions.ts';
import { invalidArgument, invalidRequest, s3Error } from '../errors.ts';
import { requireVersion } from '../find-version.ts';
import { addVersion, collect, newVersionId, type StoredVersion } from '../object.ts';
import { readObjectHeaders } from '../object-headers.ts';
import { readTagHeader } from '../tags.ts';
import { versionHeaders } from '../version-headers.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html: the copy shares its bytes with the original. */
export async function copyObject(call: S3Call): Promise<S3Answer> {
  const { headers, key, emulator } = call;
  const from = sourceOf(call);
  const find = () => {
    const found = requireVersion(from, 's3:GetObject');
    checkSourceConditions(call, found.version);
    return found;
  };
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

/** The same caller, asking for the source: `/bucket/key?versionId=...`, percent-encoded. */
function sourceOf(call: S3Call): S3Call {
  const text = call.headers['x-amz-copy-source']!;
  const question = text.lastIndexOf('?versionId=');
  const path = question < 0 ? text : text.slice(0, question);
  const match = /^\/?([^/]+)\/(.+)$/s.exec(decode(path));
  if (!match) throw invalidArgument('Invalid copy source object key', 'x-amz-copy-source', text);
  const query = new URLSearchParams(question < 0 ? '' : text.slice(question + 1));
  return call.about(match[1]!, match[2]!, query);
}

function checkSourceConditions(call: S3Call, source: StoredVersion): void {
  const prefix = 'x-amz-copy-source-';
  const conditions = Object.entries(call.headers).flatMap(([name, value]) =>
    name.startsWith(`${prefix}if-`) ? [[name.slice(prefix.length), value]] : [],
  );
  try {
    checkReadPreconditions(Object.fromEntries(conditions) as Record<string, string>, source, {});
  } catch (error) {
    // To a copy there is no "not modified".
    if ((error as { status?: number }).status !== 304) throw error;
    throw s3Error('PreconditionFailed', 412, 'At least one of the pre-conditions you specified did not hold');
  }
}

function directive({ headers }: S3Call, name: string): string {
  const value = headers[name] ?? 'COPY';
  if (value !== 'COPY' && value !== 'REPLACE') throw invalidArgument(`Unknown ${name}.`, name, value);
  return value;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidArgument('x-amz-copy-source is not validly percent-encoded', 'x-amz-copy-source', text);
  }
}
