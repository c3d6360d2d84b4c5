import { openObject } from '../body/read-object.ts';
import type { S3Answer, S3Call } from '../call.ts';
import { checkReadPreconditions } from '../conditions.ts';
import { invalidRequest } from '../errors.ts';
import { requireVersion, whileThere } from '../find-version.ts';
import type { StoredVersion } from '../object.ts';
import { partOf, readRange } from '../range.ts';
import { checksumHeaders, versionHeaders } from '../version-headers.ts';

const OVERRIDES = ['cache-control', 'content-disposition', 'content-encoding', 'content-language', 'content-type', 'expires'];

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html and API_HeadObject.html: the same, without a body. */
export function getObject(call: S3Call): Promise<S3Answer> {
  const { headers, query, emulator } = call;
  const part = query.get('partNumber');
  const find = () => requireVersion(call, 's3:GetObject');
  return whileThere(find, async ({ bucket, version }) => {
    const { size } = version;
    const known = {
      etag: `"${version.etag}"`,
      'last-modified': new Date(version.lastModified).toUTCString(),
      ...versionHeaders(bucket, version),
    };
    checkReadPreconditions({ headers, now: emulator.now() }, version, known);
    if (part !== null && headers['range'] !== undefined)
      throw invalidRequest('Cannot specify both Range header and partNumber query parameter');
    const range = part === null ? readRange(headers['range'], size) : partOf(version, part);
    // Of a part, the checksum of the whole would be wrong.
    const isWhole = !range || range.end - range.start + 1 === size;
    const answer = {
      ...describe(version, query),
      ...known,
      'content-length': String(range ? range.end - range.start + 1 : size),
      'content-range': range && `bytes ${range.start}-${range.end}/${size}`,
      'x-amz-mp-parts-count': part !== null && version.parts ? String(version.parts.length) : undefined,
      ...(headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED' && isWhole ? checksumHeaders(version) : {}),
    };
    const status = range ? 206 : 200;
    if (call.request.method === 'HEAD' || size === 0) return { status, headers: answer };
    return { status, headers: answer, stream: await openObject(emulator, version, range) };
  });
}

/** What was said of the object, but for what the caller wants said otherwise. */
function describe({ headers, tags }: StoredVersion, query: URLSearchParams): Record<string, string | undefined> {
  const tagCount = Object.keys(tags).length;
  const storageClass = headers['x-amz-storage-class'];
  return {
    ...headers,
    // S3 names only what is not the default.
    'x-amz-storage-class': storageClass === 'STANDARD' ? undefined : storageClass,
    'accept-ranges': 'bytes',
    'x-amz-tagging-count': tagCount > 0 ? String(tagCount) : undefined,
    ...overrides(query),
  };
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
