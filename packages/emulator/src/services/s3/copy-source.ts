import type { S3Call } from './call.ts';
import { checkReadPreconditions } from './conditions.ts';
import { invalidArgument, s3Error } from './errors.ts';
import { requireVersion } from './find-version.ts';
import type { StoredVersion } from './object.ts';

/** What `x-amz-copy-source` names. `find` throws unless it is there, the caller may read it, and it is as the request wants it. */
export function copySource(call: S3Call): { from: S3Call; find(): ReturnType<typeof requireVersion> } {
  const from = sourceOf(call);
  return {
    from,
    find() {
      const found = requireVersion(from, 's3:GetObject');
      checkSourceConditions(call, found.version);
      return found;
    },
  };
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

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidArgument('x-amz-copy-source is not validly percent-encoded', 'x-amz-copy-source', text);
  }
}
