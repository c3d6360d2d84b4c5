/** A policy that AWS keeps for all accounts. */
export interface ManagedPolicy {
  readonly name: string;
  /** Whether `document` says all that AWS's says, or only what concerns the services of this emulator. */
  readonly complete: boolean;
  readonly document: PolicyDocument;
}

interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Readonly<Record<string, unknown>>[];
}

const administratorAccess: ManagedPolicy = {
  name: 'AdministratorAccess',
  complete: true,
  document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
};

/**
 * What AWS's version 21 (3 September 2026) grants on AgentCore, IAM, Secrets Manager, ECR, CloudWatch Logs and CloudWatch.
 * Left out: its statements on KMS, S3, Lambda, API Gateway, Bedrock models, X-Ray, Application Signals and on service-linked roles, none of
 * which anyone can call here. Notable by their absence in AWS's too: creating roles, pulling or pushing images, ecr:GetAuthorizationToken.
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/BedrockAgentCoreFullAccess.html
 */
const bedrockAgentCoreFullAccess: ManagedPolicy = {
  name: 'BedrockAgentCoreFullAccess',
  complete: false,
  document: {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'AgentCore', Effect: 'Allow', Action: 'bedrock-agentcore:*', Resource: 'arn:aws:bedrock-agentcore:*:*:*' },
      {
        Sid: 'ReadRoles',
        Effect: 'Allow',
        Action: ['iam:GetRole', 'iam:GetRolePolicy', 'iam:ListAttachedRolePolicies', 'iam:ListRolePolicies', 'iam:ListRoles'],
        Resource: 'arn:aws:iam::*:role/*',
      },
      {
        Sid: 'PassExecutionRoles',
        Effect: 'Allow',
        Action: 'iam:PassRole',
        Resource: 'arn:aws:iam::*:role/*BedrockAgentCore*',
        Condition: { StringEquals: { 'iam:PassedToService': 'bedrock-agentcore.amazonaws.com' } },
      },
      {
        Sid: 'CredentialProviderSecrets',
        Effect: 'Allow',
        Action: [
          'secretsmanager:CreateSecret',
          'secretsmanager:GetSecretValue',
          'secretsmanager:PutSecretValue',
          'secretsmanager:DeleteSecret',
        ],
        Resource: 'arn:aws:secretsmanager:*:*:secret:bedrock-agentcore*',
      },
      {
        Sid: 'ReadImages',
        Effect: 'Allow',
        Action: ['ecr:DescribeRepositories', 'ecr:DescribeImages', 'ecr:ListImages'],
        Resource: 'arn:aws:ecr:*:*:repository/*',
      },
      {
        Sid: 'ReadAgentLogs',
        Effect: 'Allow',
        Action: [
          'logs:Get*',
          'logs:List*',
          'logs:StartQuery',
          'logs:StopQuery',
          'logs:Describe*',
          'logs:TestMetricFilter',
          'logs:FilterLogEvents',
        ],
        Resource: [
          'arn:aws:logs:*:*:log-group:/aws/bedrock-agentcore/*',
          'arn:aws:logs:*:*:log-group:/aws/application-signals/data:*',
          'arn:aws:logs:*:*:log-group:aws/spans:*',
        ],
      },
      {
        Sid: 'Observe',
        Effect: 'Allow',
        Action: [
          'logs:DescribeLogGroups',
          'logs:StartLiveTail',
          'logs:StopLiveTail',
          'cloudwatch:BatchGet*',
          'cloudwatch:Describe*',
          'cloudwatch:GenerateQuery',
          'cloudwatch:Get*',
          'cloudwatch:List*',
        ],
        Resource: '*',
      },
      {
        Sid: 'CreateSpanLogs',
        Effect: 'Allow',
        Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutRetentionPolicy'],
        Resource: ['arn:aws:logs:*:*:log-group:/aws/application-signals/data:*', 'arn:aws:logs:*:*:log-group:aws/spans:*'],
      },
      {
        Sid: 'LogResourcePolicies',
        Effect: 'Allow',
        Action: ['logs:DescribeResourcePolicies', 'logs:PutResourcePolicy'],
        Resource: '*',
        Condition: { StringEquals: { 'aws:ResourceAccount': '${aws:PrincipalAccount}' } },
      },
      {
        Sid: 'CreateEvaluationLogs',
        Effect: 'Allow',
        Action: 'logs:CreateLogGroup',
        Resource: 'arn:aws:logs:*:*:log-group:/aws/bedrock-agentcore/evaluations/*',
      },
      {
        Sid: 'WriteOwnLogs',
        Effect: 'Allow',
        Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: 'arn:aws:logs:*:*:log-group:*',
        Condition: { StringEquals: { 'aws:ResourceAccount': '${aws:PrincipalAccount}' } },
      },
    ],
  },
};

/** @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaExecute.html */
const lambdaExecute: ManagedPolicy = {
  name: 'AWSLambdaExecute',
  complete: true,
  document: {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['logs:*'], Resource: 'arn:aws:logs:*:*:*' },
      { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: 'arn:aws:s3:::*' },
    ],
  },
};

/** @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonS3FullAccess.html */
const s3FullAccess: ManagedPolicy = {
  name: 'AmazonS3FullAccess',
  complete: true,
  document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['s3:*', 's3-object-lambda:*'], Resource: '*' }] },
};

/** @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonS3ReadOnlyAccess.html */
const s3ReadOnlyAccess: ManagedPolicy = {
  name: 'AmazonS3ReadOnlyAccess',
  complete: true,
  document: {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['s3:Get*', 's3:List*', 's3:Describe*', 's3-object-lambda:Get*', 's3-object-lambda:List*'],
        Resource: '*',
      },
    ],
  },
};

/** The AWS-managed policies that have their effect here, by ARN. */
export const managedPolicies: ReadonlyMap<string, ManagedPolicy> = new Map(
  [administratorAccess, bedrockAgentCoreFullAccess, lambdaExecute, s3FullAccess, s3ReadOnlyAccess].map((policy) => [
    `arn:aws:iam::aws:policy/${policy.name}`,
    policy,
  ]),
);

const texts: ReadonlyMap<string, string> = new Map(Array.from(managedPolicies, ([arn, { document }]) => [arn, JSON.stringify(document)]));

/** The document of an AWS-managed policy as JSON, or undefined if this emulator does not know the policy. */
export function managedPolicy(arn: string): string | undefined {
  const partition = /^arn:(aws-us-gov|aws-cn):iam::aws:/.exec(arn)?.[1];
  if (partition === undefined) return texts.get(arn);
  // AWS keeps a copy for each partition, with the ARNs of that partition.
  return texts.get(arn.replace(partition, 'aws'))?.replaceAll('"arn:aws:', `"arn:${partition}:`);
}
