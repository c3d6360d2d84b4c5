import type { Place, PolicyDocument, PolicyStatement } from './statement.ts';
import { policyDocument } from './statement.ts';

/** The image's own repository. One in public ECR is everybody's: there is nothing to allow. */
function pull(partition: string, image: string): PolicyStatement[] {
  const [, account, region, repository] = /^(\d{12})\.dkr\.ecr\.([^.]+)\.[^/]+\/([^:@]+)/.exec(image) ?? [];
  if (repository === undefined) return [];
  const Resource = `arn:${partition}:ecr:${region}:${account}:repository/${repository}`;
  return [{ Sid: 'PullOwnImage', Effect: 'Allow', Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], Resource }];
}

/**
 * What every agent needs: its own image, its own logs, traces and metrics. Everything that can be named is named; `*` is
 * left where the action knows no resource.
 */
export function basePolicy({ partition, account, region, image }: Place & { image: string | undefined }): PolicyDocument {
  const logs = `arn:${partition}:logs:${region}:${account}:log-group`;
  const statements: PolicyStatement[] = [
    // A zip is read by whoever deploys it, not by the agent's role.
    ...(image === undefined
      ? []
      : [
          ...pull(partition, image),
          { Sid: 'RegistryToken', Effect: 'Allow' as const, Action: 'ecr:GetAuthorizationToken', Resource: '*' },
        ]),
    {
      Sid: 'LogGroups',
      Effect: 'Allow',
      Action: ['logs:CreateLogGroup', 'logs:DescribeLogStreams'],
      Resource: `${logs}:/aws/bedrock-agentcore/runtimes/*`,
    },
    { Sid: 'ListLogGroups', Effect: 'Allow', Action: 'logs:DescribeLogGroups', Resource: `${logs}:*` },
    {
      Sid: 'WriteLogs',
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: `${logs}:/aws/bedrock-agentcore/runtimes/*:log-stream:*`,
    },
    {
      Sid: 'Traces',
      Effect: 'Allow',
      Action: ['xray:GetSamplingRules', 'xray:GetSamplingTargets', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
      Resource: '*',
    },
    {
      Sid: 'Metrics',
      Effect: 'Allow',
      Action: 'cloudwatch:PutMetricData',
      Resource: '*',
      Condition: { StringEquals: { 'cloudwatch:namespace': 'bedrock-agentcore' } },
    },
  ];
  return policyDocument(statements);
}
