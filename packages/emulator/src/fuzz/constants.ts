import { createHash } from 'node:crypto';

const digest = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const policy = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });

const DOCUMENTS = [
  policy({ Action: '*', Resource: '*' }),
  policy({
    Action: 'iam:Get*',
    Resource: ['arn:aws:iam::*:role/${aws:username}'],
    Condition: { StringLike: { 'aws:PrincipalTag/team': ['a*'] } },
  }),
  policy({
    NotAction: 's3:*',
    NotResource: 'arn:aws:s3:::x',
    Condition: { DateLessThan: { 'aws:CurrentTime': '2026' }, Bool: { __proto__x: 1 } },
  }),
  '{}',
  '{"Statement":[null]}',
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":[],"Resource":[]}}',
  `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":${'{"a":'.repeat(500)}1${'}'.repeat(500)}}]}`,
  `{"Statement":${'['.repeat(5000)}${']'.repeat(5000)}}`,
];
const TRUST = [
  policy({ Principal: { Service: 'bedrock-agentcore.amazonaws.com' }, Action: 'sts:AssumeRole' }),
  policy({ Principal: '*', Action: 'sts:AssumeRole' }),
  policy({
    Principal: { AWS: ['arn:aws:iam::123456789012:root', '*'] },
    Action: 'sts:*',
    Condition: { StringEquals: { 'sts:ExternalId': 'x' } },
  }),
  ...DOCUMENTS.slice(3),
];

/** Values by member name that requests hit something with. They stand for what a client would take from its own configuration. */
export function likelyValues({
  endpoint,
  containerUri,
  agentRuntimeArn,
  agentRuntimeId,
}: {
  endpoint: string;
  containerUri: string;
  agentRuntimeArn: string;
  agentRuntimeId: string;
}): Record<string, readonly unknown[]> {
  const session = ['fuzz-session-1-aaaaaaaaaaaaaaaaaaaaaaaaaaa', 'fuzz-session-2-aaaaaaaaaaaaaaaaaaaaaaaaaaa'];
  const arns = ['fuzz', 'alpha', 'none'].map((name) => `arn:aws:iam::123456789012:role/${name}`);
  // Nothing here may leave this machine.
  const urls = [
    `${endpoint}/_vendor/.well-known/openid-configuration`,
    'http://127.0.0.1:9/.well-known/openid-configuration',
    'https://localhost:9/.well-known/openid-configuration',
  ];
  return {
    name: ['alpha', 'beta', 'gamma-1'],
    agentRuntimeName: ['alpha', 'beta'],
    agentRuntimeArn: [agentRuntimeArn, agentRuntimeArn],
    agentRuntimeId: [agentRuntimeId, agentRuntimeId, 'none-0123456789'],
    agentRuntimeVersion: ['1', '2', '999999999999999'],
    qualifier: ['DEFAULT', 'alpha', 'none'],
    endpointName: ['DEFAULT', 'alpha'],
    roleArn: arns,
    RoleName: ['fuzz', 'alpha', 'beta'],
    PolicyName: ['base', 'alpha'],
    PolicyArn: ['arn:aws:iam::aws:policy/AdministratorAccess', 'arn:aws:iam::aws:policy/None'],
    PermissionsBoundary: ['arn:aws:iam::aws:policy/AdministratorAccess', 'arn:aws:iam::123456789012:policy/none'],
    PolicyDocument: DOCUMENTS,
    Policy: DOCUMENTS,
    AssumeRolePolicyDocument: TRUST,
    Path: ['/', '/service-role/'],
    PathPrefix: ['/', '/service-role/'],
    containerUri: [containerUri, `${containerUri}x`, '123456789012.dkr.ecr.us-west-2.amazonaws.com/none:latest'],
    runtimeSessionId: session,
    runtimeUserId: ['ann', 'bob'],
    userId: ['ann', 'bob'],
    payload: ['{"prompt":"hello"}', '', 'x', '[1]'],
    command: ['true', 'exit 3', 'echo hello'],
    workloadName: ['alpha', 'beta'],
    resourceCredentialProviderName: ['alpha', 'beta'],
    nextToken: [
      '',
      'AAAA',
      Buffer.from('["role","zzz"]').toString('base64url'),
      Buffer.from('[]').toString('base64url'),
      Buffer.from('{"__proto__":1}').toString('base64url'),
    ],
    discoveryUrl: urls,
    tokenEndpoint: urls,
    authorizationEndpoint: urls,
    issuer: [`${endpoint}/_vendor`, 'http://127.0.0.1:9'],
    credentialProviderVendor: ['CustomOauth2', 'GithubOauth2', 'GoogleOauth2'],
    scopes: ['openid', 'read'],
    resourceOauth2ReturnUrl: ['https://127.0.0.1:9/back'],
    allowedResourceOauth2ReturnUrls: ['https://127.0.0.1:9/back'].map((url) => [url]),
    userToken: ['a.b.c', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIiwiaXNzIjoiaHR0cDovLzEyNy4wLjAuMTo5In0.', `${'e30'.repeat(5000)}.e30.e30`],
    sessionUri: ['urn:ietf:params:oauth:request_uri:none'],
    repositoryName: ['fuzz', 'alpha', 'team/beta'],
    registryId: ['123456789012', '111122223333'],
    imageTag: ['latest', 'v1', 'none'],
    imageDigest: [containerUri.split('@')[1], digest('none')],
    layerDigests: [[digest('none')], [containerUri.split('@')[1]]],
    layerDigest: [digest('none')],
    imageManifest: ['{}', '{"schemaVersion":2}', '{"schemaVersion":2,"layers":[{}],"config":{"digest":"__proto__"}}'],
    lifecyclePolicyText: ['{"rules":[null]}'.padEnd(120), `{"rules":[{"rulePriority":1,"selection":[],"action":{}}]}${' '.repeat(100)}`],
    logGroupName: ['fuzz', '/aws/alpha'],
    logStreamName: ['stream', '__proto__'],
    logStreamNames: [['stream'], ['__proto__', 'x']],
    filterPattern: [
      '',
      'error -warn',
      '"a b"',
      '{ $.level = "error" && $.a[0] > 1 }',
      '[a, b=1, ...]',
      '%re(%',
      '?a ?b',
      `{${'('.repeat(200)}$.a = 1`,
    ],
    limit: [1, 5],
    startTime: [0, Date.now() - 60_000],
    endTime: [Date.now() + 60_000],
    logEvents: [[{ timestamp: Date.now(), message: 'a {"level":"error"}' }], []],
    SecretId: ['alpha', 'beta', 'arn:aws:secretsmanager:us-west-2:123456789012:secret:alpha-AAAAAA'],
    ClientRequestToken: ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'],
    clientToken: ['00000000-0000-4000-8000-000000000001-aaaaaaaaaa', '00000000-0000-4000-8000-000000000002-aaaaaaaaaa'],
    VersionStage: ['AWSCURRENT', 'AWSPREVIOUS', 'mine'],
    VersionStages: [['AWSCURRENT'], ['mine', 'AWSPREVIOUS']],
    RoleSessionName: ['fuzz-session'],
    tagKeys: [['a'], ['team']],
    TagKeys: [['a'], ['team']],
    Tags: [
      [{ Key: 'team', Value: 'a' }],
      [
        { Key: 'a', Value: '' },
        { Key: 'a', Value: 'b' },
      ],
      [{ Key: 'aws:x', Value: 'b' }],
    ],
    resourceArn: [
      agentRuntimeArn,
      'arn:aws:ecr:us-west-2:123456789012:repository/fuzz',
      'arn:aws:logs:us-west-2:123456789012:log-group:fuzz',
      'arn:x',
    ],
  };
}
