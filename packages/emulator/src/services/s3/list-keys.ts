import type { Store } from '../../store/open-store.ts';
import type { ContextValue } from '../../iam/types.ts';
import type { Bucket } from './bucket.ts';
import { invalidArgument } from './errors.ts';
import { listObjects, type StoredVersion } from './object.ts';
import { readLimit } from './read-limit.ts';
import { seconds } from './seconds.ts';
import type { XmlValue } from './xml.ts';

/** Behind everything that begins with what stands before it. */
export const LAST = '\u{10FFFF}';

export interface ListingParameters {
  prefix: string;
  delimiter: string;
  limit: number;
  /** With `encoding-type=url` names are percent-encoded, as not every character can be in XML. */
  encode(text: string): string;
  context: Record<string, ContextValue>;
}

/** What all lists of keys have in common. `limit` is the parameter that says how many entries a page may have. */
export function listingParameters(query: URLSearchParams, limit = 'max-keys'): ListingParameters {
  const encoding = query.get('encoding-type');
  if (encoding !== null && encoding !== 'url')
    throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encoding);
  const parameter = (name: string) => (query.has(name) ? { [`s3:${name}`]: query.get(name)! } : {});
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    limit: readLimit(query, limit, 1000),
    encode: encoding === 'url' ? (text) => encodeURIComponent(text).replaceAll('%2F', '/') : (text) => text,
    context: { ...parameter('prefix'), ...parameter('delimiter'), ...parameter('max-keys') },
  };
}

export interface KeyPage {
  objects: { key: string; version: StoredVersion }[];
  prefixes: string[];
  /** Where the next page begins: behind this. */
  next?: string;
}

/** One page of the objects that are there, those whose names go on behind a delimiter put together as one prefix. */
export function listPage(
  store: Store,
  bucket: Bucket,
  { prefix, delimiter, after, limit }: { prefix: string; delimiter: string; after: string; limit: number },
): KeyPage {
  const page: KeyPage = { objects: [], prefixes: [] };
  if (limit === 0) return page;
  const keys = listObjects(store, bucket, { prefix, after });
  let last = after;
  for (let step = keys.next(); !step.done;) {
    const { key, item } = step.value;
    const newest = item.versions[0];
    if (!newest || newest.deleteMarker) {
      step = keys.next();
      continue;
    }
    if (page.objects.length + page.prefixes.length === limit) return { ...page, next: last };
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    if (end < 0) {
      page.objects.push({ key, version: newest });
      last = key;
      step = keys.next();
    } else {
      const common = key.slice(0, end + delimiter.length);
      page.prefixes.push(common);
      last = common + LAST;
      step = keys.next(last);
    }
  }
  return page;
}

export function toContents(
  encodedKey: string,
  { lastModified, etag, size, checksum, headers }: StoredVersion,
  owner: string | undefined,
): XmlValue {
  return {
    Key: encodedKey,
    LastModified: seconds(lastModified),
    ETag: `"${etag}"`,
    ChecksumAlgorithm: checksum?.algorithm.toUpperCase(),
    ChecksumType: checksum?.type,
    Size: size,
    Owner: owner === undefined ? undefined : { ID: owner },
    StorageClass: headers['x-amz-storage-class'] ?? 'STANDARD',
  };
}
