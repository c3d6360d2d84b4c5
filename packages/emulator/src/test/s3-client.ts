import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { TestCredentials } from './clients.ts';

/** The official client of S3 alone: to load those of all services takes a second of processor time in every file of tests. */
export function s3Of(
  { endpoint, region, ...rest }: { endpoint: string; region: string } & TestCredentials,
  options: S3ClientConfig = {},
): S3Client {
  const { accessKeyId, secretAccessKey, sessionToken } = rest;
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
  return new S3Client({ endpoint, region, maxAttempts: 1, credentials, ...options });
}

/** No checksums but those that a command names: the client computes CRCs in JavaScript, which takes long for megabytes. */
export const WITHOUT_CHECKSUMS: S3ClientConfig = {
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
};

/** A bucket of its own name, with versions where that is said. Returns the name. */
export async function makeBucket(s3: S3Client, Status?: 'Enabled'): Promise<string> {
  const Bucket = `made-${randomUUID()}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
  if (Status) await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
  return Bucket;
}
