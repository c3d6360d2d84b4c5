import type { AgentRuntimeArtifact } from '@aws-sdk/client-bedrock-agentcore-control';
import type { Run } from '../agent/run.ts';
import { isAwsError } from '../aws/aws-error.ts';
import type { BucketStep } from './bucket-step.ts';
import type { Step } from './step.ts';
import { memo } from './step.ts';
import type { ZipStep } from './zip-step.ts';
import { zipEntryPoint } from './zip-step.ts';

export interface UploadStep extends Step {
  /** What the runtime is told. The key holds the digest: other code is another object. */
  artifact(): Promise<AgentRuntimeArtifact>;
}

/** Sends the zip to the bucket, unless it is there. */
export function uploadStep(run: Run, zip: ZipStep, bucket: BucketStep): UploadStep {
  const { bucketName: Bucket, account: ExpectedBucketOwner, call } = run;
  const keyOf = async (): Promise<string> => `${(await zip.zip()).digest.replace('sha256:', '')}.zip`;

  const isThere = memo(async (): Promise<boolean> => {
    if ((await bucket.existing()) === undefined) return false;
    const [s3, Key] = await Promise.all([run.clients.s3(), keyOf()]);
    return s3.headObject({ Bucket, Key, ExpectedBucketOwner }, call).then(
      () => true,
      (error: unknown) => {
        if (isAwsError(error, 'NotFound') || isAwsError(error, 'NoSuchKey')) return false;
        throw error;
      },
    );
  });

  return {
    name: 'upload',
    needs: ['bucket', 'zip'],
    artifact: async () => ({
      codeConfiguration: { code: { s3: { bucket: Bucket, prefix: await keyOf() } }, runtime: 'NODE_22', entryPoint: [zipEntryPoint] },
    }),
    async plan() {
      const [there, { bytes }, Key] = await Promise.all([isThere(), zip.zip(), keyOf()]);
      const resource = `s3://${Bucket}/${Key}`;
      if (there) return { step: 'upload', action: 'none', resource, detail: 'the bucket has this code', bytes: 0 };
      return { step: 'upload', action: 'create', resource, detail: 'the bucket lacks this code', bytes: bytes.length };
    },
    async apply() {
      const [s3, { bytes }, Key] = await Promise.all([run.clients.s3(), zip.zip(), keyOf()]);
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
