import type { AgentRuntimeArtifact } from '@aws-sdk/client-bedrock-agentcore-control';
import type { Run } from '../agent/run.ts';
import { isAwsError } from '../aws/aws-error.ts';
import { DeployError } from '../errors.ts';
import type { BucketStep } from './bucket-step.ts';
import type { Step } from './step.ts';
import { memo } from './step.ts';
import type { ZipStep } from './zip-step.ts';
import { zipEntryPoint } from './zip-step.ts';

export interface UploadStep extends Step {
  /** What the runtime is told. The key holds the digest: other code is another object. */
  artifact(): Promise<AgentRuntimeArtifact>;
}

/** Whether an object has the bytes that its name says: S3 keeps the checksum with which it was sent, and answers it for nothing. */
export async function findCode(
  { clients, account: ExpectedBucketOwner, call }: Run,
  Bucket: string,
  Key: string,
): Promise<'missing' | 'other' | 'whole'> {
  const s3 = await clients.s3();
  try {
    const { ChecksumSHA256 = '' } = await s3.headObject({ Bucket, Key, ExpectedBucketOwner, ChecksumMode: 'ENABLED' }, call);
    return Key === keyOf(Buffer.from(ChecksumSHA256, 'base64').toString('hex')) ? 'whole' : 'other';
  } catch (error) {
    if (isAwsError(error, 'NotFound') || isAwsError(error, 'NoSuchKey')) return 'missing';
    // The answer to a HEAD has no body that could say it. S3 tells who may not list that what is missing is forbidden.
    if ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode !== 403) throw error;
    throw new DeployError(
      'AWS',
      `S3 refused to say whether s3://${Bucket}/${Key} is there: these credentials lack s3:GetObject on it, or s3:ListBucket on its bucket.`,
      { cause: error, type: 'AccessDenied' },
    );
  }
}

const keyOf = (sha256: string): string => `${sha256}.zip`;

/** Sends the zip to the bucket, unless it is there. */
export function uploadStep(run: Run, zip: ZipStep, bucket: BucketStep): UploadStep {
  const { bucketName: Bucket, account: ExpectedBucketOwner, call } = run;
  const wantedKey = async (): Promise<string> => keyOf((await zip.zip()).digest.replace('sha256:', ''));

  const found = memo(async () => ((await bucket.existing()) === undefined ? 'missing' : findCode(run, Bucket, await wantedKey())));

  return {
    name: 'upload',
    needs: ['bucket', 'zip'],
    artifact: async () => ({
      codeConfiguration: { code: { s3: { bucket: Bucket, prefix: await wantedKey() } }, runtime: 'NODE_22', entryPoint: [zipEntryPoint] },
    }),
    async plan() {
      const [there, { bytes }, Key] = await Promise.all([found(), zip.zip(), wantedKey()]);
      const resource = `s3://${Bucket}/${Key}`;
      if (there === 'whole') return { step: 'upload', action: 'none', resource, detail: 'the bucket has this code', bytes: 0 };
      const [action, detail] =
        there === 'missing' ? (['create', 'the bucket lacks this code'] as const) : (['update', 'somebody put other bytes there'] as const);
      return { step: 'upload', action, resource, detail, bytes: bytes.length };
    },
    async apply() {
      const [s3, { bytes }, Key] = await Promise.all([run.clients.s3(), zip.zip(), wantedKey()]);
      run.doing = 'uploading the code';
      run.undo.push({
        resource: Key,
        step: 'upload',
        back: async (again) => {
          await (await again.clients.s3()).deleteObject({ Bucket, Key, ExpectedBucketOwner }, again.call).catch((error: unknown) => {
            if (!isAwsError(error, 'NoSuchBucket')) throw error;
          });
        },
      });
      await s3.putObject(
        { Bucket, Key, Body: bytes, ContentType: 'application/zip', ExpectedBucketOwner, ChecksumAlgorithm: 'SHA256' },
        call,
      );
      run.emit({ type: 'progress', step: 'upload', resource: Key, detail: 'uploaded', bytes: bytes.length });
      return undefined;
    },
  };
}
