import type { S3Call } from './call.ts';
import { checkReadPreconditions } from './conditions.ts';
import { invalidArgument } from './errors.ts';
import { requireVersion } from './find-version.ts';
import { versionHeaders } from './version-headers.ts';

export type FoundSource = ReturnType<typeof requireVersion>;

/** What `x-amz-copy-source` names. `find` throws unless it is there, the caller may read it, and it is as the request wants it. */
export function copySource(call: S3Call): { from: S3Call; find(): FoundSource } {
  const from = sourceOf(call);
  return {
    from,
    find() {
      const found = requireVersion(from, 's3:GetObject');
      checkReadPreconditions({ headers: call.headers, now: call.emulator.now(), prefix: 'x-amz-copy-source-' }, found.version, {});
      return found;
    },
  };
}

/** The version that was copied. Of an object from before versioning S3 says it only to who named it. */
export function sourceVersionHeader(from: S3Call, { bucket, version }: FoundSource): Record<string, string> {
  const id = versionHeaders(bucket, version)['x-amz-version-id'];
  return id === undefined || (id === 'null' && !from.query.has('versionId')) ? {} : { 'x-amz-copy-source-version-id': id };
}

/** The same caller, asking for the source: `/bucket/key?versionId=...`, encoded as in a form: SDK for Go sends a space as `+`. */
function sourceOf(call: S3Call): S3Call {
  const text = call.headers['x-amz-copy-source']!;
  const question = text.lastIndexOf('?versionId=');
  const path = question < 0 ? text : text.slice(0, question);
  const match = /^\/?([^/]+)\/(.+)$/s.exec(decode(path));
  if (!match) throw invalidArgument('Invalid copy source object key', 'x-amz-copy-source', text);
  const query = new URLSearchParams(question < 0 ? '' : text.slice(question + 1));
  return call.about(match[1]!, match[2]!, query);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw invalidArgument('x-amz-copy-source is not validly percent-encoded', 'x-amz-copy-source', text);
  }
}
