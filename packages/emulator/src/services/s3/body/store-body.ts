import { Readable } from 'node:stream';
import { DigestMismatch, type WrittenBlob } from '../../../registry/blob-store.ts';
import { collect, type StoredChecksum } from '../object.ts';
import type { S3Call } from '../call.ts';
import { s3Error } from '../errors.ts';
import { openBody, type BodyOptions } from './open-body.ts';

export interface StoredBody {
  digest: string;
  size: number;
  md5: string;
  checksum?: StoredChecksum;
}

/**
 * Streams the request's body to a file. `commit` runs when it is whole and right, in the tick in which the file gets its name: it is to write the
 * reference to it, and answers what blobs are needed no more.
 */
export async function storeBody<T>(
  call: S3Call,
  commit: (body: StoredBody) => { freed: readonly string[]; result: T },
  options?: BodyOptions,
): Promise<T> {
  const { emulator } = call;
  const body = openBody(call, options);
  let written: WrittenBlob | undefined;
  let done: { freed: readonly string[]; result: T } | undefined;
  try {
    await emulator.objects.write(Readable.from(body.bytes, { objectMode: false }), {
      ...(body.sha256 === undefined ? {} : { expected: `sha256:${body.sha256}` }),
      commit: (blob) => {
        written = blob;
        done = emulator.store.transaction(() => commit({ ...blob, ...body.result() }));
      },
    });
    return done!.result;
  } catch (error) {
    if (error instanceof DigestMismatch) throw contentMismatch();
    throw error;
  } finally {
    collect(emulator, [...(written ? [written.digest] : []), ...(done?.freed ?? [])]);
  }
}

export function contentMismatch() {
  return s3Error('XAmzContentSHA256Mismatch', 400, "The provided 'x-amz-content-sha256' header does not match what was computed.");
}
