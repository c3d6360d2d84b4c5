import { bucketPatternOf, repositoryNameOf, roleNameOf } from '../agent/names.ts';
import type { Place, PolicyDocument, PolicyStatement } from './statement.ts';
import { policyDocument } from './statement.ts';

/**
 * What whoever deploys, invokes and destroys one agent needs, and no more: for a CI role, or for a class of learners who
 * share an account. Tested against the emulator's IAM, which checks each action as AWS's service authorization reference
 * lists it; on a real account the service may ask for more (it makes a workload identity on the caller's behalf).
 *
 * @param agent The agent's name. With `learner_*` in it the policy covers all agents whose names begin so, as far as
 * their names need no hash (lower case, single underscores, short).
 * @param artifact As in the agent's definition. Default: `image`.
 */
export function callerPolicy({
  partition,
  account,
  region,
  agent,
  artifact = 'image',
}: Place & { agent: string; artifact?: 'image' | 'zip' }): PolicyDocument {
  const arn = (service: string, resource: string): string => `arn:${partition}:${service}:${region}:${account}:${resource}`;
  const allow = (Sid: string, service: string, actions: string, Resource: PolicyStatement['Resource']): PolicyStatement => ({
    Sid,
    Effect: 'Allow',
    Action: actions.split(' ').map((action) => `${service}:${action}`),
    Resource,
  });
  const role = `arn:${partition}:iam::${account}:role/${roleNameOf(agent, region)}`;
  const runtime = arn('bedrock-agentcore', `runtime/${agent}-*`);
  const directory = arn('bedrock-agentcore', 'workload-identity-directory/default');
  const repository = arn('ecr', `repository/${repositoryNameOf(agent)}`);
  const bucket = `arn:${partition}:s3:::${bucketPatternOf(agent, account, region)}`;
  const ofArtifact = {
    image: [
      allow('RegistryToken', 'ecr', 'GetAuthorizationToken', '*'),
      allow(
        'Repository',
        'ecr',
        'CreateRepository DescribeRepositories ListTagsForResource TagResource UntagResource DeleteRepository BatchCheckLayerAvailability BatchGetImage ' +
          'GetDownloadUrlForLayer InitiateLayerUpload UploadLayerPart CompleteLayerUpload PutImage BatchDeleteImage',
        repository,
      ),
      // One that was a zip before has a bucket, too: so that its end is everything's end.
      allow('FormerBucket', 's3', 'GetBucketTagging ListBucketVersions DeleteBucket', bucket),
      allow('FormerCode', 's3', 'DeleteObject DeleteObjectVersion', `${bucket}/*`),
    ],
    zip: [
      allow(
        'Bucket',
        's3',
        'CreateBucket GetBucketTagging PutBucketTagging PutBucketPublicAccessBlock ListBucket ListBucketVersions DeleteBucket',
        bucket,
      ),
      // The service reads the code as whoever makes the runtime.
      allow('Code', 's3', 'GetObject PutObject DeleteObject DeleteObjectVersion', `${bucket}/*`),
      // One that was an image before has a repository, too.
      allow('FormerRepository', 'ecr', 'DescribeRepositories ListTagsForResource DeleteRepository', repository),
    ],
  };
  return policyDocument([
    ...ofArtifact[artifact],
    allow(
      'Role',
      'iam',
      'CreateRole GetRole TagRole UntagRole UpdateAssumeRolePolicy DeleteRole PutRolePolicy GetRolePolicy DeleteRolePolicy ListRolePolicies ' +
        'ListAttachedRolePolicies DetachRolePolicy',
      role,
    ),
    {
      ...allow('PassRole', 'iam', 'PassRole', role),
      Condition: { StringEquals: { 'iam:PassedToService': 'bedrock-agentcore.amazonaws.com' } },
    },
    // These know no resource.
    allow('Runtimes', 'bedrock-agentcore', 'CreateAgentRuntime ListAgentRuntimes ListAgentRuntimeEndpoints', '*'),
    allow(
      'Runtime',
      'bedrock-agentcore',
      'GetAgentRuntime UpdateAgentRuntime DeleteAgentRuntime GetAgentRuntimeEndpoint DeleteAgentRuntimeEndpoint ' +
        'ListTagsForResource TagResource UntagResource InvokeAgentRuntime InvokeAgentRuntimeForUser StopRuntimeSession',
      runtime,
    ),
    allow('WorkloadIdentity', 'bedrock-agentcore', 'GetWorkloadIdentity', [directory, `${directory}/workload-identity/${agent}-*`]),
    allow('FindLogs', 'logs', 'DescribeLogGroups', arn('logs', 'log-group:*')),
    allow(
      'Logs',
      'logs',
      'FilterLogEvents TagResource ListTagsForResource DeleteLogGroup',
      arn('logs', `log-group:/aws/bedrock-agentcore/runtimes/${agent}-*`),
    ),
  ]);
}
