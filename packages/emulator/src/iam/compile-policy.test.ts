import { describe, expect, test } from 'vitest';
import { compilePolicy } from './compile-policy.ts';
import { PolicyError } from './policy-error.ts';
import { createSubject } from './subject.ts';

const ARN = 'arn:aws:s3:::bucket/*';
const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: ARN };
const compile = (statements: unknown, kind: 'identity' | 'trust' | 'resource' = 'identity') =>
  compilePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), kind);

const principal = { type: 'user', arn: 'arn:aws:iam::111122223333:user/ann', accountId: '111122223333' } as const;
const allows = (policy: ReturnType<typeof compilePolicy>, action: string, resource = '*', context = {}) =>
  policy.allows.some(({ applies }) => applies(createSubject({ principal, action, resource, context })));

describe('a policy that IAM takes', () => {
  test('may have one statement without a list, ids, and no version', () => {
    const policy = compilePolicy(JSON.stringify({ Id: 'x', Statement: { Sid: 'One', ...statement } }), 'identity');
    expect(policy.version).toBe('2008-10-17');
    expect(policy.allows).toMatchObject([{ sid: 'One', index: 0, effect: 'Allow' }]);
  });

  test('keeps the place of each statement', () => {
    const policy = compile([statement, { ...statement, Effect: 'Deny' }, statement]);
    expect(policy.allows.map(({ index }) => index)).toEqual([0, 2]);
    expect(policy.denies.map(({ index }) => index)).toEqual([1]);
  });

  test('compares actions without regard to case and resources with it', () => {
    const policy = compile({ ...statement, Action: ['s3:getobject', 'S3:Put*'] });
    expect(allows(policy, 's3:GetObject', 'arn:aws:s3:::bucket/a/b:c')).toBe(true);
    expect(allows(policy, 's3:PUTObject', 'arn:aws:s3:::bucket/a')).toBe(true);
    expect(allows(policy, 's3:DeleteObject', 'arn:aws:s3:::bucket/a')).toBe(false);
    expect(allows(policy, 's3:GetObject', 'arn:aws:s3:::Bucket/a')).toBe(false);
  });

  test('NotAction is every action but those', () => {
    const policy = compile({ Effect: 'Allow', NotAction: ['iam:*', 'sts:*'], Resource: '*' });
    expect(allows(policy, 's3:GetObject')).toBe(true);
    expect(allows(policy, 'iam:GetRole')).toBe(false);
  });

  test('NotResource is every resource but those', () => {
    const policy = compile({ Effect: 'Allow', Action: '*', NotResource: [ARN, 'arn:aws:s3:::other'] });
    expect(allows(policy, 's3:GetObject', 'arn:aws:s3:::third')).toBe(true);
    expect(allows(policy, 's3:GetObject', 'arn:aws:s3:::bucket/a')).toBe(false);
    expect(allows(policy, 's3:GetObject', 'arn:aws:s3:::other')).toBe(false);
  });

  test('of several resources one must fit', () => {
    const policy = compile({ ...statement, Resource: ['arn:aws:s3:::one/*', 'arn:aws:s3:::two/*'] });
    const answers = ['one/x', 'two/x', 'three/x'].map((path) => allows(policy, 's3:GetObject', `arn:aws:s3:::${path}`));
    expect(answers).toEqual([true, true, false]);
  });

  test('a variable without a value matches no resource, and ends a statement with NotResource', () => {
    const mine = 'arn:aws:s3:::bucket/${aws:username}/*';
    const resource = 'arn:aws:s3:::bucket/ann/x';
    expect(allows(compile({ ...statement, Resource: mine }), 's3:GetObject', resource, { 'aws:username': 'ann' })).toBe(true);
    expect(allows(compile({ ...statement, Resource: mine }), 's3:GetObject', resource)).toBe(false);
    expect(allows(compile({ ...statement, Resource: [mine, ARN] }), 's3:GetObject', resource)).toBe(true);
    expect(allows(compile({ Effect: 'Allow', Action: '*', NotResource: mine }), 's3:GetObject', resource)).toBe(false);
  });

  test('an older version has no variables', () => {
    const policy = compilePolicy(
      JSON.stringify({ Version: '2008-10-17', Statement: { ...statement, Resource: 'arn:aws:s3:::b/${aws:username}' } }),
      'identity',
    );
    expect(allows(policy, 's3:GetObject', 'arn:aws:s3:::b/ann', { 'aws:username': 'ann' })).toBe(false);
    expect(allows(policy, 's3:GetObject', 'arn:aws:s3:::b/${aws:username}', { 'aws:username': 'ann' })).toBe(true);
  });

  test('an ARN that stops early means all that begins so', () => {
    const policy = compile({ ...statement, Action: '*', Resource: 'arn:aws:sqs' });
    expect(allows(policy, 'sqs:SendMessage', 'arn:aws:sqs:us-east-1:111122223333:queue')).toBe(true);
    expect(allows(policy, 'sqs:SendMessage', 'arn:aws:sqsx:us-east-1:111122223333:queue')).toBe(false);
  });

  test('an action on everything needs a statement on everything', () => {
    expect(allows(compile({ ...statement, Action: '*', Resource: 'arn:aws:ecr:*:*:*' }), 'ecr:GetAuthorizationToken', '*')).toBe(false);
    expect(allows(compile({ ...statement, Action: '*', Resource: '*' }), 'ecr:GetAuthorizationToken', '*')).toBe(true);
  });

  test('an empty list of statements allows nothing', () => {
    expect(compile([])).toMatchObject({ allows: [], denies: [] });
  });
});

describe('a policy that IAM refuses', () => {
  const refusal = (text: string, kind: 'identity' | 'trust' | 'resource') => {
    try {
      compilePolicy(text, kind);
    } catch (error) {
      expect(error).toBeInstanceOf(PolicyError);
      expect((error as PolicyError).code).toBe('MalformedPolicyDocument');
      return (error as Error).message;
    }
    return undefined;
  };

  test.each<[unknown, RegExp]>([
    [[], /the document must be an object/],
    [null, /the document must be an object/],
    [{}, /the document has no Statement/],
    [{ Statement: [statement], statement: [] }, /unknown element "statement"/],
    [{ Version: '2012-10-18', Statement: [statement] }, /must contain a valid version string/],
    [{ Version: 2012, Statement: [statement] }, /must contain a valid version string/],
    [{ Id: 1, Statement: [statement] }, /Id must be a string/],
    [{ Statement: 'x' }, /Statement must be an object, not "x"/],
    [{ Statement: [statement, 1] }, /Statement\[1\] must be an object, not 1/],
  ])('%j', (document, message) => {
    expect(refusal(JSON.stringify(document), 'identity')).toMatch(message);
  });

  test.each<[Record<string, unknown>, RegExp]>([
    [{ Efect: 'Allow' }, /unknown element "Efect"/],
    [{ Effect: undefined }, /Missing required field Effect/],
    [{ Effect: 'allow' }, /Invalid effect: allow/],
    [{ Sid: 1 }, /Sid must be a string/],
    [{ Sid: 'with space' }, /must be alpha-numeric.*with space/],
    [{ Action: undefined }, /must contain actions/],
    [{ Action: [] }, /must contain actions.*Action is empty/],
    [{ Action: 7 }, /Statement\[0\]\.Action must be a string or a list/],
    [{ Action: ['s3:Get', 7] }, /Statement\[0\]\.Action must be a string or a list/],
    [{ NotAction: 's3:Get' }, /both Action and NotAction/],
    [{ Action: 'GetObject' }, /must be prefaced by a vendor.*GetObject/],
    [{ Action: 's3:Get:Object' }, /only one colon/],
    [{ Action: 's3*:Get' }, /Vendor s3\* is not valid/],
    [{ Action: ':Get' }, /Vendor {2}is not valid/],
    [{ Action: 's3:' }, /an action is a service, a colon/],
    [{ Action: 's3:Get Object' }, /an action is a service, a colon/],
    [{ Resource: undefined }, /must contain resources/],
    [{ Resource: [] }, /must contain resources.*Resource is empty/],
    [{ Resource: {} }, /Statement\[0\]\.Resource must be a string or a list/],
    [{ NotResource: '*' }, /both Resource and NotResource/],
    [{ Resource: 'bucket' }, /Resource bucket must be in ARN format or "\*"/],
    [{ Resource: '' }, /must be in ARN format/],
    [{ Resource: 'arn:amazon:s3:::x' }, /Partition "amazon" is not valid/],
    [{ Resource: 'arn:aws:*:::x' }, /Resource vendor must be fully qualified/],
    [{ Resource: 'arn:aws' }, /Resource vendor must be fully qualified/],
    [{ Resource: 'arn:aws:iam:us-east-1:111122223333:role/x' }, /IAM resource .* cannot contain region information/],
    [{ Resource: 'arn:aws:s3:us-east-1:111122223333:bucket/x' }, /S3 resource .* cannot contain region information/],
    [{ Resource: 'arn:aws:sqs:us-east-1:${aws:PrincipalAccount}:x' }, /variable only after the fifth colon/],
    [{ Principal: '*' }, /should not specify a principal/],
    [{ NotPrincipal: '*' }, /should not specify a principal/],
    [{ Condition: 'x' }, /Statement\[0\]\.Condition must be an object/],
  ])('an identity statement with %j', (change, message) => {
    expect(refusal(JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, ...change }] }), 'identity')).toMatch(message);
  });

  const trust = { Effect: 'Allow', Principal: { Service: 'bedrock-agentcore.amazonaws.com' }, Action: 'sts:AssumeRole' };

  test.each<[Record<string, unknown>, RegExp]>([
    [{ Principal: undefined }, /Missing required field Principal/],
    [{ Principal: {} }, /Principal cannot be empty/],
    [{ Principal: 'bedrock-agentcore.amazonaws.com' }, /Principal must be "\*" or an object/],
    [{ Principal: { Services: 'x.amazonaws.com' } }, /Invalid principal type in policy: Services/],
    [{ Principal: { Service: 'bedrock-agentcore' } }, /Invalid principal in policy: "Service":"bedrock-agentcore"/],
    [{ Principal: { Service: '*' } }, /Invalid principal in policy: "Service":"\*"/],
    [{ Principal: { AWS: 'arn:aws:iam::111122223333:role/*' } }, /Invalid principal in policy: "AWS"/],
    [{ Principal: { AWS: 'arn:aws:iam::1:root' } }, /Invalid principal in policy: "AWS"/],
    [{ Principal: { AWS: 'arn:aws:iam::111122223333:group/x' } }, /Invalid principal in policy: "AWS"/],
    [{ Principal: { Federated: '' } }, /Invalid principal in policy: "Federated"/],
    [{ Principal: { AWS: 5 } }, /Principal\.AWS must be a string or a list/],
    [{ NotPrincipal: { AWS: '111122223333' }, Principal: undefined }, /Has prohibited field NotPrincipal/],
    [{ Resource: '*' }, /Has prohibited field Resource/],
    [{ Action: 's3:GetObject' }, /may only specify STS AssumeRole actions/],
    [{ Action: '*' }, /may only specify STS AssumeRole actions/],
    [{ Action: undefined }, /Missing required field Action/],
  ])('a trust statement with %j', (change, message) => {
    expect(refusal(JSON.stringify({ Version: '2012-10-17', Statement: [{ ...trust, ...change }] }), 'trust')).toMatch(message);
  });

  test('a resource policy with NotPrincipal in an Allow', () => {
    expect(() => compile({ ...statement, NotPrincipal: { AWS: '111122223333' } }, 'resource')).toThrow(/Allow with NotPrincipal/);
  });

  test('a resource policy without a principal', () => {
    expect(() => compile(statement, 'resource')).toThrow(/Missing required field Principal/);
  });

  test('two statements of the same id', () => {
    expect(() =>
      compile([
        { ...statement, Sid: 'Same' },
        { ...statement, Sid: 'Same' },
      ]),
    ).toThrow(/\(SID\) in a single policy must be unique. \("Same"\)/);
  });

  test('a condition that is there twice, of which JSON.parse would drop one', () => {
    const text = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"a:b":"true"},"Bool":{"a:c":"true"}}}}`;
    expect(refusal(text, 'identity')).toMatch(/"Bool" appears twice/);
  });

  test('with elements that JavaScript objects have by themselves', () => {
    expect(refusal('{"Statement":[],"__proto__":{}}', 'identity')).toMatch(/unknown element "__proto__"/);
    expect(refusal('{"constructor":1,"Statement":[]}', 'identity')).toMatch(/unknown element "constructor"/);
  });
});

const identity = (element: object) => () =>
  compilePolicy(JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:*', ...element } }), 'identity');

// The ARNs are those of AWS's service authorization reference.
test.each([
  'arn:aws:s3:us-west-2:123456789012:accesspoint/one',
  'arn:aws:s3:*:123456789012:accesspoint/one/object/*',
  'arn:aws:s3::123456789012:accesspoint/multi.mrap',
  'arn:aws:s3:us-west-2:123456789012:job/*',
  'arn:aws:s3:us-west-2:123456789012:access-grants/default',
])('%s is in a region, and legal', (Resource) => {
  expect(identity({ Resource })).not.toThrow();
});

test('a bucket is in no region', () => {
  expect(identity({ Resource: 'arn:aws:s3:us-west-2::bucket' })).toThrow('cannot contain region information');
});

test.each([
  'x',
  '',
  'arn',
  'arn:aws',
  'arn:aws:',
  'arn:error:s3:::b',
  'a:b:c',
  'arn:aws:iam:us-east-1::x',
  [],
  {},
  null,
  ['arn:aws:s3:::b', 'x'],
])('NotResource %j is refused, as Resource is', (value) => {
  expect(identity({ Resource: value })).toThrow(PolicyError);
  expect(identity({ NotResource: value })).toThrow(PolicyError);
});

test.each(['sts:BadAssumeRole', 'sts:GetCallerIdentity', 'sts:Bad*', 'iam:PassRole', 'sts:'])(
  'a trust policy cannot allow %s',
  (Action) => {
    const Statement = { Effect: 'Allow', Principal: { AWS: '123456789012' }, Action };
    expect(() => compilePolicy(JSON.stringify({ Version: '2012-10-17', Statement }), 'trust')).toThrow(PolicyError);
  },
);

test.each(['sts:AssumeRole', 'sts:assumerole*', 'sts:*', 'sts:TagSession', 'sts:SetSourceIdentity', 'sts:AssumeRoleWithWebIdentity'])(
  'a trust policy can allow %s',
  (Action) => {
    const Statement = { Effect: 'Allow', Principal: { AWS: '123456789012' }, Action };
    expect(() => compilePolicy(JSON.stringify({ Version: '2012-10-17', Statement }), 'trust')).not.toThrow();
  },
);
