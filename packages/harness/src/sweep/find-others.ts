import { REGIONS } from '../regions.ts';
import { latest, runOf, unlessGone, type Tagged } from './tagged.ts';

/**
 * Execution roles of any run. Roles are global, and `deploy` ends their names in the region of their agent: those of other regions are left,
 * for their agents may still be at work there.
 */
export async function findRoles(region: string): Promise<Tagged[]> {
  const { IAM, paginateListRoles } = await import('@aws-sdk/client-iam');
  const iam = new IAM({ region });
  const tagged: Tagged[] = [];
  for await (const { Roles = [] } of paginateListRoles({ client: iam }, {}))
    for (const { RoleName = '', Path = '/', CreateDate } of Roles) {
      if (Path.startsWith('/aws-service-role/') || REGIONS.some((other) => other !== region && RoleName.endsWith(`-${other}`))) continue;
      const run = runOf((await unlessGone(iam.listRoleTags({ RoleName })))?.Tags);
      if (run === undefined) continue;
      const remove = async () => {
        for (const PolicyName of (await unlessGone(iam.listRolePolicies({ RoleName })))?.PolicyNames ?? [])
          await unlessGone(iam.deleteRolePolicy({ RoleName, PolicyName }));
        for (const { PolicyArn } of (await unlessGone(iam.listAttachedRolePolicies({ RoleName })))?.AttachedPolicies ?? [])
          await unlessGone(iam.detachRolePolicy({ RoleName, PolicyArn }));
        await unlessGone(iam.deleteRole({ RoleName }));
      };
      tagged.push({ kind: 'role', id: RoleName, run, at: CreateDate, remove });
    }
  return tagged;
}

/** ECR repositories of any run, with their images. */
export async function findRepositories(region: string): Promise<Tagged[]> {
  const { ECR, paginateDescribeRepositories } = await import('@aws-sdk/client-ecr');
  const ecr = new ECR({ region });
  const tagged: Tagged[] = [];
  for await (const { repositories = [] } of paginateDescribeRepositories({ client: ecr }, {}))
    for (const { repositoryName = '', repositoryArn, createdAt: at } of repositories) {
      const run = runOf((await unlessGone(ecr.listTagsForResource({ resourceArn: repositoryArn })))?.tags);
      const remove = () => unlessGone(ecr.deleteRepository({ repositoryName, force: true }));
      if (run !== undefined) tagged.push({ kind: 'repository', id: repositoryName, run, at, remove });
    }
  return tagged;
}

/** Secrets of any run, but none that belong to a service: those of a credential provider go with it. */
export async function findSecrets(region: string): Promise<Tagged[]> {
  const { SecretsManager, paginateListSecrets } = await import('@aws-sdk/client-secrets-manager');
  const secrets = new SecretsManager({ region });
  const tagged: Tagged[] = [];
  for await (const { SecretList = [] } of paginateListSecrets({ client: secrets }, {}))
    for (const { Name = '', ARN: SecretId = '', OwningService, Tags, CreatedDate, LastChangedDate } of SecretList) {
      const run = runOf(Tags);
      if (run === undefined || OwningService !== undefined) continue;
      const remove = () => unlessGone(secrets.deleteSecret({ SecretId, ForceDeleteWithoutRecovery: true }));
      tagged.push({ kind: 'secret', id: Name, run, at: latest(CreatedDate, LastChangedDate), remove });
    }
  return tagged;
}

/** Log groups that bear the tag themselves. Those of a runtime bear none and go with the runtime. */
export async function findLogGroups(region: string): Promise<Tagged[]> {
  const { CloudWatchLogs, paginateDescribeLogGroups } = await import('@aws-sdk/client-cloudwatch-logs');
  const logs = new CloudWatchLogs({ region });
  const tagged: Tagged[] = [];
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client: logs }, {}))
    for (const { logGroupName = '', arn = '', creationTime } of logGroups) {
      const answer = await unlessGone(logs.listTagsForResource({ resourceArn: arn.replace(/:\*$/, '') }));
      const run = runOf(answer?.tags);
      const at = creationTime === undefined ? undefined : new Date(creationTime);
      const remove = () => unlessGone(logs.deleteLogGroup({ logGroupName }));
      if (run !== undefined) tagged.push({ kind: 'log group', id: logGroupName, run, at, remove });
    }
  return tagged;
}

/** Buckets of any run, with everything in them: every version, and uploads that were never finished. */
export async function findBuckets(region: string): Promise<Tagged[]> {
  const { S3, paginateListBuckets } = await import('@aws-sdk/client-s3');
  const s3 = new S3({ region });
  const tagged: Tagged[] = [];
  for await (const { Buckets = [] } of paginateListBuckets({ client: s3 }, { BucketRegion: region, MaxBuckets: 1000 }))
    for (const { Name: Bucket = '', CreationDate: at } of Buckets) {
      const run = runOf((await unlessGone(s3.getBucketTagging({ Bucket })))?.TagSet);
      if (run === undefined) continue;
      const remove = async () => {
        // From the beginning each time: what was there is gone.
        for (let more = true; more;) {
          const { Versions = [], DeleteMarkers = [], IsTruncated = false } = await s3.listObjectVersions({ Bucket });
          for (const { Key, VersionId } of [...Versions, ...DeleteMarkers]) await s3.deleteObject({ Bucket, Key, VersionId });
          more = IsTruncated;
        }
        for (const { Key, UploadId } of (await s3.listMultipartUploads({ Bucket })).Uploads ?? [])
          await unlessGone(s3.abortMultipartUpload({ Bucket, Key, UploadId }));
        await unlessGone(s3.deleteBucket({ Bucket }));
      };
      tagged.push({ kind: 'bucket', id: Bucket, run, at, remove });
    }
  return tagged;
}
