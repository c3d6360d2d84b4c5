import type { Store } from '../../store/open-store.ts';
import type { Bucket } from './bucket.ts';
import { LAST } from './list-keys.ts';
import { findObject, listObjects, timeOfVersion, type ObjectVersion } from './object.ts';

export interface ListedVersion {
  key: string;
  version: ObjectVersion;
  isLatest: boolean;
}

/** One entry of a page: a version, or the common prefix of keys. */
type Entry = ListedVersion | { prefix: string };

export interface VersionPage {
  versions: ListedVersion[];
  prefixes: string[];
  /** Where the next page begins: behind this. */
  next?: { key: string; versionId?: string };
}

interface Parameters {
  prefix: string;
  delimiter: string;
  limit: number;
  keyMarker: string;
  versionMarker: string;
}

/** One page of all versions, by key, the newest first; those whose keys go on behind a delimiter put together as one prefix. */
export function listVersions(store: Store, bucket: Bucket, parameters: Parameters): VersionPage {
  const { limit } = parameters;
  const entries: Entry[] = [];
  if (limit > 0) {
    for (const entry of walk(store, bucket, parameters)) {
      // One more than the page has room for: it tells that there are more.
      if (entries.push(entry) > limit) break;
    }
  }
  const shown = entries.slice(0, limit);
  const last = entries.length > limit ? shown.at(-1) : undefined;
  return {
    versions: shown.filter((entry) => 'key' in entry),
    prefixes: shown.flatMap((entry) => ('prefix' in entry ? [entry.prefix] : [])),
    ...(last && { next: 'prefix' in last ? { key: last.prefix } : { key: last.key, versionId: last.version.versionId } }),
  };
}

function* walk(store: Store, bucket: Bucket, { prefix, delimiter, keyMarker, versionMarker }: Parameters): Generator<Entry> {
  if (versionMarker !== '') yield* versionsAfter(store, bucket, keyMarker, versionMarker);
  // A marker that is a folder stands for all that is in it.
  const after = delimiter !== '' && keyMarker.endsWith(delimiter) ? keyMarker + LAST : keyMarker;
  const keys = listObjects(store, bucket, { prefix, after });
  for (let step = keys.next(); !step.done;) {
    const { key, item } = step.value;
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    if (end < 0) {
      yield* item.versions.map((version, index) => ({ key, version, isLatest: index === 0 }));
      step = keys.next();
    } else {
      const common = key.slice(0, end + delimiter.length);
      yield { prefix: common };
      step = keys.next(common + LAST);
    }
  }
}

/** What is left of the key that the page before ended in. */
function versionsAfter(store: Store, bucket: Bucket, key: string, versionId: string): ListedVersion[] {
  const versions = findObject(store, bucket, key)?.versions ?? [];
  const found = versions.findIndex((version) => version.versionId === versionId);
  // One that was deleted meanwhile: behind it is what is older.
  const start = found < 0 ? versions.findIndex((version) => timeOfVersion(version) < timeOfVersion({ versionId })) : found + 1;
  return start < 0 ? [] : versions.slice(start).map((version, index) => ({ key, version, isLatest: start + index === 0 }));
}
