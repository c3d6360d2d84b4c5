import type { Run } from '../agent/run.ts';
import { isAwsError } from '../aws/aws-error.ts';
import { DeployError } from '../errors.ts';
import { assertOurs, isOurs, missingTags, notOurs, tagList, tagsOf } from './ownership.ts';
import type { Step } from './step.ts';
import { memo } from './step.ts';
import { undoable } from './undoable.ts';

interface Found {
  tags: Record<string, string>;
  /** Without tags and without objects: what a run leaves that is killed before it could say whose the bucket is. The name is no accident. */
  unfinished: boolean;
}

export interface BucketStep extends Step {
  /** The bucket as it was found, or nothing. */
  existing(): Promise<Found | undefined>;
}

/** The S3 bucket of one agent's code: private, and this account's. */
export function bucketStep(run: Run): BucketStep {
  const { bucketName: Bucket, account: ExpectedBucketOwner, call } = run;
  const owned = { Bucket, ExpectedBucketOwner };

  const find = async (): Promise<Found | undefined> => {
    const s3 = await run.clients.s3();
    try {
      const { TagSet = [] } = await s3.getBucketTagging(owned, call);
      return { tags: Object.fromEntries(TagSet.map(({ Key = '', Value = '' }) => [Key, Value])), unfinished: false };
    } catch (error) {
      if (isAwsError(error, 'NoSuchTagSet')) return { tags: {}, unfinished: await isEmpty() };
      if (isAwsError(error, 'NoSuchBucket')) return undefined;
      // Names of buckets are shared by all accounts of the world: whose it is has to be known before anything is put there.
      if (isAwsError(error, 'AccessDenied')) throw takenByOthers(error);
      throw error;
    }
  };
  const isEmpty = async (): Promise<boolean> => {
    const { Versions = [], DeleteMarkers = [] } = await (await run.clients.s3()).listObjectVersions({ ...owned, MaxKeys: 1 }, call);
    return Versions.length + DeleteMarkers.length === 0;
  };
  const existing = memo(find);

  const takenByOthers = (cause: unknown): DeployError =>
    new DeployError(
      'NOT_OURS',
      `The bucket ${Bucket} belongs to another account, or these credentials may not read its tags (s3:GetBucketTagging). Choose another name for the agent, or use the artifact 'image'.`,
      { cause },
    );

  return {
    name: 'bucket',
    needs: [],
    existing,
    async plan() {
      const found = await existing();
      if (found === undefined) return { step: 'bucket', action: 'create', resource: Bucket, detail: 'it does not exist' };
      if (!found.unfinished) assertOurs(run, 'bucket', `The bucket ${Bucket}`, found.tags);
      const differences = Object.keys(missingTags(run, found.tags)).map((key) => `tag ${key}`);
      return {
        step: 'bucket',
        action: differences.length > 0 ? 'update' : 'none',
        resource: Bucket,
        detail: differences.join(', ') || 'exists',
        differences,
      };
    },
    async apply(change) {
      const s3 = await run.clients.s3();
      if (change.action === 'create') {
        const undo = { resource: Bucket, step: 'bucket' as const, back: (again: Run): Promise<void> => emptyAndDelete(again) };
        const elsewhere =
          run.region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: run.region as 'eu-west-1' } };
        await undoable(run, undo, () => s3.createBucket({ Bucket, ...elsewhere }, call)).catch((error: unknown) => {
          if (isAwsError(error, 'BucketAlreadyExists')) throw takenByOthers(error);
          if (!isAwsError(error, 'BucketAlreadyOwnedByYou')) throw error;
        });
      }
      if (change.action === 'create' || (await existing())?.unfinished) {
        await s3.putPublicAccessBlock(
          {
            ...owned,
            PublicAccessBlockConfiguration: {
              BlockPublicAcls: true,
              BlockPublicPolicy: true,
              IgnorePublicAcls: true,
              RestrictPublicBuckets: true,
            },
          },
          call,
        );
      }
      const { tags: before = {} } = (await existing()) ?? {};
      const undo = {
        resource: `tags of ${Bucket}`,
        step: 'bucket' as const,
        back: async (again: Run): Promise<void> => {
          const TagSet = tagList(before);
          if (change.action === 'create') return;
          if (TagSet.length > 0) await s3.putBucketTagging({ ...owned, Tagging: { TagSet } }, again.call);
          else await s3.deleteBucketTagging(owned, again.call);
        },
      };
      await undoable(run, undo, () => s3.putBucketTagging({ ...owned, Tagging: { TagSet: tagList({ ...before, ...tagsOf(run) }) } }, call));
      return `arn:${run.partition}:s3:::${Bucket}`;
    },
    async destroy({ dryRun }) {
      const id = `arn:${run.partition}:s3:::${Bucket}`;
      const found = await find().catch((error: unknown) => {
        if (run.definition.artifact === 'zip' || !(error instanceof DeployError) || error.code !== 'NOT_OURS') throw error;
        return 'unseen' as const;
      });
      if (found === undefined) return { deleted: [], kept: [] };
      if (found === 'unseen') return { deleted: [], kept: [{ id, why: unseen }] };
      if (!found.unfinished && !isOurs(run, 'bucket', found.tags) && !run.definition.adopt)
        return { deleted: [], kept: [{ id, why: notOurs }] };
      if (!dryRun) await emptyAndDelete(run);
      return { deleted: [id], kept: [] };
    },
  };
}

/** Of an agent that is no zip now. Most never were one, and then nobody gave the right to look. */
const unseen = 'an earlier deployment as a zip may have left it: these credentials may not look (s3:GetBucketTagging)';

async function emptyAndDelete({ clients, bucketName: Bucket, account: ExpectedBucketOwner, call }: Run): Promise<void> {
  const s3 = await clients.s3();
  const owned = { Bucket, ExpectedBucketOwner };
  try {
    for (let KeyMarker: string | undefined, VersionIdMarker: string | undefined, more = true; more;) {
      const page = await s3.listObjectVersions({ ...owned, ...(KeyMarker ? { KeyMarker, VersionIdMarker } : {}) }, call);
      const objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({ Key, VersionId }));
      if (objects.length > 0) {
        const { Errors = [] } = await s3.deleteObjects({ ...owned, Delete: { Objects: objects, Quiet: true } }, call);
        const [first] = Errors;
        if (first) throw new DeployError('AWS', `s3://${Bucket}/${first.Key} could not be deleted: ${first.Code}: ${first.Message}`);
      }
      ({ NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker, IsTruncated: more = false } = page);
    }
    await s3.deleteBucket(owned, call);
  } catch (error) {
    if (!isAwsError(error, 'NoSuchBucket')) throw error;
  }
}
