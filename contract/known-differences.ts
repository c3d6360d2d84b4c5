import { believed, documented, recorded, reported, type Operation, type Source } from './source.ts';

/** Where the emulator is known not to do as AWS does. */
export interface Difference {
  readonly about: readonly [Operation, ...Operation[]];
  readonly aws: string;
  readonly here: string;
  readonly source: Source;
}

const localstack = (path: `${string}.json`) => recorded('localstack/localstack@8b9a79f05', path);
const inS3 = localstack('tests/aws/services/s3/test_s3.snapshot.json');
const inS3Api = localstack('tests/aws/services/s3/test_s3_api.snapshot.json');
const inS3Lists = localstack('tests/aws/services/s3/test_s3_list_operations.snapshot.json');

/** Meant to be so: a laptop is not a region. */
export const differences: readonly Difference[] = [
  {
    about: ['bedrock-agentcore-control:CreateAgentRuntime', 'bedrock-agentcore-control:UpdateAgentRuntime'],
    aws: 'a runtime is ready after 6 to 10 seconds, its deletion takes minutes',
    here: 'as long as `--state-delay` says, which is less',
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
    here: 'two of them, AdministratorAccess and BedrockAgentCoreFullAccess; others are refused as missing',
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

/** Of S3: nothing of it loses or changes data. It follows when S3 is driven by its model, as the other services are. */
export const deferred: readonly Difference[] = [
  {
    about: ['s3:DeleteObject', 's3:DeleteObjects'],
    aws: '`BypassGovernanceRetention` is refused without Object Lock',
    here: 'accepted',
    source: inS3,
  },
  { about: ['s3:PutBucketEncryption'], aws: 'a KMS key with AES256, and two rules, are refused', here: 'accepted', source: inS3Api },
  {
    about: ['s3:PutBucketTagging', 's3:PutObjectTagging'],
    aws: 'a tag without key or value is MalformedXML; no TagSet means none',
    here: 'accepted or InvalidTag; MalformedXML',
    source: inS3Api,
  },
  { about: ['s3:PutObject'], aws: 'a header of tags that repeats a key is InvalidArgument', here: 'InvalidTag', source: inS3 },
  { about: ['s3:CreateBucket'], aws: "one's own bucket again, with tags: BucketAlreadyOwnedByYou", here: 'accepted', source: inS3 },
  {
    about: ['s3:CreateBucket'],
    aws: 'an unknown LocationConstraint is IllegalLocationConstraintException; `Location` is a URL outside us-east-1',
    here: 'InvalidLocationConstraint; a path',
    source: inS3,
  },
  { about: ['s3:PutObject', 's3:GetObject'], aws: 'presigned URLs of signature version 2 work', here: 'refused', source: inS3 },
  { about: ['s3:PutObject'], aws: 'a ContentDisposition outside ASCII is signed as UTF-8', here: 'SignatureDoesNotMatch', source: inS3 },
  { about: ['s3:PutObject'], aws: 'in a presigned PUT the header x-amz-content-sha256 need not be signed', here: 'refused', source: inS3 },
  { about: ['s3:PutObject', 's3:UploadPart'], aws: 'a checksum that is none is InvalidRequest', here: 'BadDigest', source: inS3 },
  { about: ['s3:CopyObject'], aws: 'naming the storage class counts as a change of an object in place', here: 'refused', source: inS3 },
  {
    about: ['s3:CopyObject', 's3:UploadPartCopy', 's3:GetObject', 's3:HeadObject'],
    aws: 'a time in the future as a condition is ignored',
    here: '412 or 304',
    source: inS3,
  },
  {
    about: ['s3:CopyObject'],
    aws: 'a plus in the source is a space; a failed condition is named with its header; the result has checksums and encryption',
    here: 'a plus; without the header; without both',
    source: inS3,
  },
  { about: ['s3:UploadPartCopy'], aws: 'a range beyond the source is InvalidRequest', here: 'InvalidRange', source: inS3 },
  {
    about: ['s3:CreateMultipartUpload', 's3:CompleteMultipartUpload', 's3:ListParts', 's3:ListMultipartUploads'],
    aws: 'answers have encryption, default checksums, Owner and Initiator; lists of uploads have pages',
    here: 'without them; one page',
    source: inS3,
  },
  {
    about: ['s3:ListObjects', 's3:ListObjectsV2', 's3:ListObjectVersions'],
    aws: 'times in whole seconds; NextMarker only with a delimiter; StartAfter not beside a token; versions with a delimiter',
    here: 'milliseconds; always; always; 501',
    source: inS3Lists,
  },
  {
    about: ['s3:HeadObject', 's3:GetObject'],
    aws: 'no StorageClass for STANDARD; a CRC64NVME where no checksum was sent; checksums for a range of all',
    here: 'STANDARD; none; none',
    source: inS3,
  },
  {
    about: ['s3:HeadBucket', 's3:ListObjectsV2', 's3:ListBuckets'],
    aws: 'BucketArn; the region as a header; Owner before Buckets',
    here: 'absent; absent; the other way round',
    source: inS3,
  },
  {
    about: ['s3:GetObjectTagging', 's3:PutObjectTagging', 's3:DeleteObjectTagging'],
    aws: 'of a delete marker: 405 MethodNotAllowed',
    here: '404 NoSuchKey',
    source: inS3,
  },
  {
    about: ['s3:PutBucketVersioning'],
    aws: 'without Status: IllegalVersioningConfigurationException',
    here: 'MalformedXML',
    source: inS3Api,
  },
  { about: ['s3:DeleteBucket'], aws: 'the text of BucketNotEmpty has no full stop', here: 'it has one', source: inS3 },
  {
    about: ['s3:GetObject'],
    aws: 'errors have no Resource, and more members of their own; without a signature they are XML',
    here: 'Resource; JSON without a signature',
    source: inS3,
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
