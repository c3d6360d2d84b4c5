import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { EmulatorServices } from '../../emulator-services.ts';
import type { ContextValue, Principal } from '../../iam/types.ts';
import type { Bucket } from './bucket.ts';
import type { BodySignature } from './body/decode-aws-chunked.ts';
import type { XmlValue } from './xml.ts';

/** One request to S3, whose sender is known. */
export interface S3Call {
  readonly emulator: EmulatorServices;
  readonly principal: Principal;
  /** That the request was signed for. */
  readonly region: string;
  /** Empty for ListBuckets. */
  readonly bucketName: string;
  /** Empty for operations of buckets. */
  readonly key: string;
  readonly query: URLSearchParams;
  /** Lower-case names. Of a presigned URL also what it says in its query. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly request: IncomingMessage;
  /** For a body that is signed in chunks; absent where the signature is of version 2, which has none. */
  readonly bodySignature: BodySignature | undefined;
  /** The bucket that is named. Throws unless the caller may do `action` to it, or with `onKey` to the object. */
  require(action: string | readonly string[], access?: Access): Bucket;
  /** As `require`, for a bucket that is known: may the caller? */
  allows(bucket: Bucket, action: string, access?: Access): boolean;
  /** The same caller with the object in mind that is copied, whose bucket may be in any region. */
  about(bucketName: string, key: string, query: URLSearchParams): S3Call;
  /** Throws unless the caller may do what concerns no bucket of the account, or one that is not there yet. */
  requireOn(resource: string, action: string, context?: Record<string, ContextValue>): void;
}

export interface Access {
  onKey?: string;
  context?: Record<string, ContextValue>;
  /** GetBucketLocation answers in every region, and copies come from every one. */
  anyRegion?: boolean;
}

/** At most one of `xml` and `stream`. */
export interface S3Answer {
  /** Default: 200. */
  status?: number;
  headers?: Record<string, string | undefined>;
  xml?: { root: string; value: XmlValue };
  stream?: Readable;
}

export type S3Operation = (call: S3Call) => S3Answer | Promise<S3Answer>;
