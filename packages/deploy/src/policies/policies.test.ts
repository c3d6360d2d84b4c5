import { expect, test } from 'vitest';
import { basePolicy } from './base-policy.ts';
import { callerPolicy } from './caller-policy.ts';
import { credentialsPolicy } from './credentials-policy.ts';
import { sameDocument } from './same-document.ts';
import { trustPolicy } from './trust-policy.ts';

const place = { partition: 'aws', account: '111122223333', region: 'eu-west-1' };

test('the agent may be assumed by AgentCore, on behalf of this account and region', () => {
  expect(trustPolicy(place)).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'AgentCoreRuntime',
        Effect: 'Allow',
        Principal: { Service: 'bedrock-agentcore.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: { 'aws:SourceAccount': '111122223333' },
          ArnLike: { 'aws:SourceArn': 'arn:aws:bedrock-agentcore:eu-west-1:111122223333:*' },
        },
      },
    ],
  });
});

test('every statement of the base policy is exact', () => {
  const logs = 'arn:aws:logs:eu-west-1:111122223333:log-group';
  expect(basePolicy({ ...place, image: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/bedrock-agentcore-a@sha256:0' }).Statement).toEqual([
    {
      Sid: 'PullOwnImage',
      Effect: 'Allow',
      Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      Resource: 'arn:aws:ecr:eu-west-1:111122223333:repository/bedrock-agentcore-a',
    },
    { Sid: 'RegistryToken', Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' },
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
  ]);
});

test('an image in public ECR needs no statement, one of another account names that account', () => {
  expect(JSON.stringify(basePolicy({ ...place, image: 'public.ecr.aws/team/agent:1' }))).not.toContain('PullOwnImage');
  expect(basePolicy({ ...place, image: '999988887777.dkr.ecr.us-east-1.amazonaws.com/team/agent:1' }).Statement[0]).toMatchObject({
    Resource: 'arn:aws:ecr:us-east-1:999988887777:repository/team/agent',
  });
});

test('the credentials policy names the four resources of one key and its secret, without a wildcard on either', () => {
  const agentcore = 'arn:aws:bedrock-agentcore:eu-west-1:111122223333';
  expect(credentialsPolicy({ ...place, agent: 'outbound_auth', credentials: ['openai'] }).Statement).toEqual([
    {
      Sid: 'ApiKey',
      Effect: 'Allow',
      Action: 'bedrock-agentcore:GetResourceApiKey',
      Resource: [
        `${agentcore}:token-vault/default`,
        `${agentcore}:token-vault/default/apikeycredentialprovider/openai`,
        `${agentcore}:workload-identity-directory/default`,
        `${agentcore}:workload-identity-directory/default/workload-identity/outbound_auth-*`,
      ],
    },
    {
      Sid: 'ApiKeySecret',
      Effect: 'Allow',
      Action: 'secretsmanager:GetSecretValue',
      Resource: ['arn:aws:secretsmanager:eu-west-1:111122223333:secret:bedrock-agentcore-identity!default/apikey/openai-????????-??????'],
    },
  ]);
});

test('OAuth2 providers get their own action and path', () => {
  const { Statement } = credentialsPolicy({ ...place, agent: 'a', credentials: [{ name: 'github', kind: 'oauth2' }] });
  expect(JSON.stringify(Statement)).toContain('bedrock-agentcore:GetResourceOauth2Token');
  expect(JSON.stringify(Statement)).toContain('oauth2credentialprovider/github');
  expect(JSON.stringify(Statement)).toContain('identity!default/oauth2/github-????????-??????');
  expect(JSON.stringify(Statement)).not.toContain('apikey');
});

test('documents are compared by meaning: order, spacing and lists of one do not matter', () => {
  const left = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['b', 'a'], Resource: '*' }] };
  expect(sameDocument(left, '{"Statement": {"Action":["a","b"], "Resource":["*"],"Effect":"Allow"}, "Version":"2012-10-17"}')).toBe(true);
  expect(sameDocument(left, '{"Statement": {"Action":["a"], "Resource":["*"],"Effect":"Allow"}, "Version":"2012-10-17"}')).toBe(false);
  expect(sameDocument(left, 'not json')).toBe(false);
});

test('a caller policy for a class covers all agents whose names begin alike, and nothing else', () => {
  const text = JSON.stringify(callerPolicy({ ...place, agent: 'learner_*' }));
  for (const part of ['repository/bedrock-agentcore-learner_*"', 'role/BedrockAgentCore-learner_*-eu-west-1"', 'runtime/learner_*-*"'])
    expect(text).toContain(part);
  expect(text).not.toMatch(/:role\/\*|:runtime\/\*|:repository\/\*/);
});
