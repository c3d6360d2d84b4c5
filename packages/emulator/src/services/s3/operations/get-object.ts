import { once } from 'node:events';
import { Readable } from 'node:stream';
import type { S3Answer, S3Call } from '../call.ts';
import { checkReadPreconditions } from '../conditions.ts';
import { invalidRequest } from '../errors.ts';
import { requireVersion } from '../find-version.ts';
import { partOf, readRange } from '../range.ts';
import { checksumHeaders, versionHeaders } from '../version-headers.ts';

const OVERRIDES = ['cache-control', 'content-disposition', 'content-encoding', 'content-language', 'content-type', 'expires'];

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html and API_HeadObject.html: the same, without a body. */
export async function getObject(call: S3Call): Promise<S3Answer> {
  const { headers, query, emulator } = call;
  const { bucket, version } = requireVersion(call, 's3:GetObject');
  const { size, digest } = version;
  const known = {
    etag: `"${version.etag}"`,
    'last-modified': new Date(version.lastModified).toUTCString(),
    ...versionHeaders(bucket, version),
  };
  checkReadPreconditions(headers, version, known);
  const part = query.get('partNumber');
  if (part !== null && headers['range'] !== undefined)
    throw invalidRequest('Cannot specify both Range header and partNumber query parameter');
  const range = part === null ? readRange(headers['range'], size) : partOf(version, part);
  const tagCount = Object.keys(version.tags).length;
  const answer = {
    ...version.headers,
    ...overrides(query),
    ...known,
    'accept-ranges': 'bytes',
    'content-length': String(range ? range.end - range.start + 1 : size),
    'content-range': range && `bytes ${range.start}-${range.end}/${size}`,
    'x-amz-mp-parts-count': part !== null && version.parts ? String(version.parts.length) : undefined,
    'x-amz-tagging-count': tagCount > 0 ? String(tagCount) : undefined,
    // Of a part, the checksum of the whole would be wrong.
    ...(headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED' && !range ? checksumHeaders(version) : {}),
  };
  const status = range ? 206 : 200;
  if (call.request.method === 'HEAD' || size === 0) return { status, headers: answer };
  return { status, headers: answer, stream: await open() };

  async function open(): Promise<Readable> {
    const stream = emulator.objects.open(digest, range);
    // From here on the bytes stay readable, also when the object is deleted.
    await once(stream, 'open');
    return stream;
  }
}

function overrides(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries(
    OVERRIDES.flatMap((name) => {
      const value = query.get(`response-${name}`);
      if (value !== null && /[^\t\u0020-\u00FF]/.test(value)) throw invalidRequest(`response-${name} is not a valid header value.`);
      return value === null ? [] : [[name, value]];
    }),
  );
}
