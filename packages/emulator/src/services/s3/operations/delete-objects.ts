import { AwsError } from '../../../gateway/aws-error.ts';
import { requireDocument } from '../body/read-document.ts';
import type { S3Answer, S3Call } from '../call.ts';
import { checkDeletePreconditions } from '../conditions.ts';
import { malformedXml, notImplementedByS3, noSuchVersion } from '../errors.ts';
import { isVersionOf } from '../find-version.ts';
import { removeObject } from '../remove-object.ts';
import { refuseBypass } from './delete-object.ts';
import { childrenOf, childText, type XmlElement, type XmlValue } from '../xml.ts';

const MAX_KEYS = 1000;
/** What concerns one key, and is said in the answer; all else ends the request. */
const OF_ONE_KEY = new Set(['AccessDenied', 'NoSuchKey', 'NoSuchVersion', 'PreconditionFailed']);

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html: each key on its own; what may not be deleted is said in the answer. */
export async function deleteObjects(call: S3Call): Promise<S3Answer> {
  const document = await requireDocument(call, 'Delete');
  const entries = childrenOf(document, 'Object');
  if (entries.length === 0 || entries.length > MAX_KEYS || entries.some((entry) => !childText(entry, 'Key'))) throw malformedXml();
  refuseBypass(call);
  const condition = ['LastModifiedTime', 'Size'].find((name) => entries.some((entry) => childText(entry, name) !== undefined));
  // Directory buckets have them; others refuse them.
  if (condition !== undefined) throw notImplementedByS3(condition);
  const results = entries.map((entry) => removeOne(call, entry));
  const isQuiet = childText(document, 'Quiet') === 'true';
  return {
    xml: {
      root: 'DeleteResult',
      value: {
        Deleted: isQuiet ? [] : results.map(({ deleted }) => deleted),
        Error: results.map(({ error }) => error),
      },
    },
  };
}

function removeOne(call: S3Call, entry: XmlElement): { deleted?: XmlValue; error?: XmlValue } {
  const key = childText(entry, 'Key')!;
  const versionId = childText(entry, 'VersionId') || undefined;
  const named = { Key: key, VersionId: versionId };
  try {
    const bucket = call.require(versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion', { onKey: key });
    if (versionId !== undefined && !isVersionOf(bucket, versionId)) throw noSuchVersion(key, versionId);
    checkDeletePreconditions(call, bucket, key, childText(entry, 'ETag'));
    const removed = removeObject(call.emulator, bucket, key, versionId);
    const marker = removed.isMarker ? { DeleteMarker: true, DeleteMarkerVersionId: removed.versionId } : {};
    return { deleted: { ...named, ...marker } };
  } catch (error) {
    if (!(error instanceof AwsError) || !OF_ONE_KEY.has(error.code)) throw error;
    return { error: { ...named, Code: error.code, Message: error.message } };
  }
}
