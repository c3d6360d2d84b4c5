import { believed, documented, recorded, reported, type Operation, type Source } from './source.ts';

/** Where the emulator is known not to do as AWS does. */
export interface Difference {
  readonly about: readonly [Operation, ...Operation[]];
  readonly aws: string;
  readonly here: string;
  readonly source: Source;
}

const localstack = (path: `${string}.json`) => recorded('localstack/localstack@8b9a79f05', path);

/** Meant to be so: a laptop is not a region. */
export const differences: readonly Difference[] = [
  {
    about: ['bedrock-agentcore-control:CreateAgentRuntime', 'bedrock-agentcore-control:UpdateAgentRuntime'],
    aws: 'a runtime is ready after 6 to 10 seconds, its deletion takes minutes',
    here: 'as long as `--state-delay` says, which is less',
    source: believed('measured by several users, in reports without an address that stays'),
  },
  {
    about: ['bedrock-agentcore:InvokeAgentRuntime'],
    aws: 'an agent that does not start, or answers a new session with a 5xx, is tried again every 2 seconds, for 120 seconds (30 as a zip), before the answer 424',
    here: 'the same answer after the first try',
    source: believed('measured by several users, in reports without an address that stays'),
  },
  {
    about: ['iam:PutRolePolicy', 'iam:AttachRolePolicy'],
    aws: 'a change of policies has an effect after 10 to 15 seconds',
    here: 'at once',
    source: documented('https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html'),
  },
  {
    about: ['iam:AttachRolePolicy', 'iam:GetPolicy', 'iam:ListPolicies'],
    aws: 'about 1,400 policies that AWS manages',
    here: 'five of them: AdministratorAccess, BedrockAgentCoreFullAccess, AmazonS3FullAccess, AmazonS3ReadOnlyAccess and AWSLambdaExecute; others are refused as missing',
    source: documented('https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html'),
  },
  {
    about: [
      'bedrock-agentcore-control:TagResource',
      'bedrock-agentcore-control:UntagResource',
      'bedrock-agentcore-control:ListTagsForResource',
    ],
    aws: 'the pattern of `resourceArn` in the model has no digit in the kind of a resource, so that no OAuth2 provider would fit it',
    here: 'a digit is allowed',
    source: documented('https://docs.aws.amazon.com/bedrock-agentcore-control/latest/APIReference/API_TagResource.html'),
  },
  {
    about: ['bedrock-agentcore:InvokeAgentRuntime'],
    aws: "an agent gets the credentials of its role from the microVM's metadata service, in the form of IMDSv2",
    here: 'from the container credentials endpoint, which every SDK reads; agents that speak IMDS themselves find nothing',
    source: documented('https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/runtime-security-best-practices.html'),
  },
  {
    about: ['bedrock-agentcore:GetResourceOauth2Token'],
    aws: 'what a vendor says when it refuses a client is not passed on',
    here: "the vendor's own words are in the log and in the console",
    source: reported('aws/bedrock-agentcore-sdk-python', 81),
  },
];

/** Of S3: nothing of it loses or changes data. The same list, for users of the package, is in packages/emulator/docs/s3-differences.md. */
export const deferred: readonly Difference[] = [
  {
    about: ['s3:PutObject', 's3:CopyObject', 's3:CreateMultipartUpload'],
    aws: "`aws:kms` without a key answers the ARN of the account's key `aws/s3`; a missing key is `KMS.NotFoundException`",
    here: 'no key is named, and none is looked up',
    source: documented('https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html'),
  },
  {
    about: ['s3:GetObject', 's3:HeadObject'],
    aws: 'with `partNumber`, the checksum of the part',
    here: 'none',
    source: documented('https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html'),
  },
  {
    about: ['s3:ListMultipartUploads'],
    aws: 'works with a delimiter',
    here: '501',
    source: documented('https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html'),
  },
  {
    about: ['s3:CompleteMultipartUpload'],
    aws: 'a repeated one is answered as before, also when the object was replaced or deleted since',
    here: 'only while the object exists',
    source: believed('nobody has shown what a repeated one answers after a deletion'),
  },
  {
    about: ['s3:PutObject', 's3:CompleteMultipartUpload'],
    aws: 'errors of conditions that S3 does not take have `additionalMessage`',
    here: 'without it',
    source: localstack('tests/aws/services/s3/test_s3.snapshot.json'),
  },
];

/** What nobody has recorded. Nothing relies on how the emulator does it. */
export const unknown: readonly string[] = [
  'whether the header with the id of the user reaches the container itself',
  'the member of the JSON in the secret of an OAuth2 provider that holds the client secret',
  'the answer to a workload access token that is none',
  'the status of the deletion of a provider that a target of a gateway uses',
  "how long the credentials of a microVM's metadata service last",
  'the limits of an account, and what answers when they are reached',
];
