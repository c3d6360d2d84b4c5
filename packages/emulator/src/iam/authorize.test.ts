import { describe, expect, test } from 'vitest';
import { authorize } from './authorize.ts';
import { compilePolicy } from './compile-policy.ts';
import type { AuthorizationRequest, NamedPolicy, PolicySet, Principal } from './types.ts';

const A = '111122223333';
const B = '444455556666';
const SECRET = `arn:aws:secretsmanager:us-east-1:${A}:secret:key-AbCdEf`;
const ROLE = `arn:aws:iam::${A}:role/Agent`;
const ann: Principal = { type: 'user', arn: `arn:aws:iam::${A}:user/ann`, accountId: A };
const session: Principal = { type: 'role', arn: `arn:aws:sts::${A}:assumed-role/Agent/s1`, roleArn: ROLE, accountId: A };
const stranger: Principal = { type: 'user', arn: `arn:aws:iam::${B}:user/bob`, accountId: B };
const root: Principal = { type: 'root', arn: `arn:aws:iam::${A}:root`, accountId: A };
const service: Principal = {
  type: 'service',
  arn: 'bedrock-agentcore.amazonaws.com',
  service: 'bedrock-agentcore.amazonaws.com',
  accountId: A,
};
const anonymous: Principal = { type: 'anonymous', arn: 'anonymous', accountId: '' };

const policy = (name: string, kind: 'identity' | 'trust' | 'resource', ...statements: Record<string, unknown>[]): NamedPolicy => ({
  name,
  document: compilePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), kind),
});
const allow = { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: SECRET };
const deny = { ...allow, Effect: 'Deny', Sid: 'Never' };
const identity = [policy('mine', 'identity', allow)];
const none = [policy('nothing', 'identity')];
const grantTo = (Principal: unknown, effect = 'Allow') => [policy('of-the-secret', 'resource', { ...allow, Effect: effect, Principal })];
const request = (principal: Principal): AuthorizationRequest => ({
  principal,
  action: 'secretsmanager:GetSecretValue',
  resource: SECRET,
  context: {},
});
const decide = (principal: Principal, policies: PolicySet) => authorize(request(principal), policies);

const START = (principal: Principal) =>
  `User: ${principal.arn} is not authorized to perform: secretsmanager:GetSecretValue on resource: ${SECRET} `;
const because = (kind: string) => `because no ${kind} allows the secretsmanager:GetSecretValue action`;

describe('within an account', () => {
  test('an identity policy is enough, and the decision names the statement', () => {
    expect(decide(ann, { identity })).toEqual({
      allowed: true,
      effect: 'allow',
      by: 'identity',
      statement: { policy: 'mine', index: 0 },
      message: '',
    });
  });

  test('nothing is allowed by default', () => {
    expect(decide(ann, { identity: [] })).toEqual({
      allowed: false,
      effect: 'implicit-deny',
      by: 'identity',
      message: START(ann) + because('identity-based policy'),
    });
  });

  test('any of several identity policies is enough', () => {
    expect(decide(ann, { identity: [...none, ...identity] }).allowed).toBe(true);
  });

  test.each<[string, PolicySet, string]>([
    ['identity', { identity: [...identity, policy('no', 'identity', deny)] }, 'an identity-based policy'],
    ['boundary', { identity, boundary: policy('no', 'identity', allow, deny) }, 'a permissions boundary'],
    ['session', { identity, session: [policy('no', 'identity', allow, deny)] }, 'a session policy'],
    ['resource', { identity, resource: [policy('no', 'resource', { ...deny, Principal: '*' })] }, 'a resource-based policy'],
    [
      'trust',
      { identity, trust: policy('no', 'trust', { Effect: 'Deny', Sid: 'Never', Principal: '*', Action: 'sts:*' }) },
      'the role trust policy',
    ],
  ])('a Deny in the %s policy wins', (by, policies, words) => {
    const asked = by === 'trust' ? { ...request(ann), action: 'sts:AssumeRole' } : request(ann);
    const decision = authorize(asked, policies);
    expect(decision).toMatchObject({ allowed: false, effect: 'explicit-deny', by, statement: { policy: 'no', sid: 'Never' } });
    expect(decision.message).toMatch(new RegExp(`with an explicit deny in ${words}$`));
  });

  test('a permissions boundary limits and does not grant', () => {
    expect(decide(session, { identity, boundary: policy('limit', 'identity', allow) }).allowed).toBe(true);
    expect(decide(session, { identity: none, boundary: policy('limit', 'identity', allow) })).toMatchObject({
      allowed: false,
      by: 'identity',
    });
    expect(decide(session, { identity, boundary: none[0]! })).toMatchObject({
      by: 'boundary',
      message: START(session) + because('permissions boundary'),
    });
  });

  test('session policies limit and do not grant, even when there are none in the list', () => {
    expect(decide(session, { identity, session: identity }).allowed).toBe(true);
    expect(decide(session, { identity: none, session: identity })).toMatchObject({ allowed: false, by: 'identity' });
    expect(decide(session, { identity, session: none })).toMatchObject({
      by: 'session',
      message: START(session) + because('session policy'),
    });
    expect(decide(session, { identity, session: [] }).allowed).toBe(false);
  });
});

describe('a resource policy of the same account', () => {
  const limits = { identity: none, boundary: none[0]!, session: none };

  test.each<[string, unknown, Principal]>([
    ['the user', { AWS: ann.arn }, ann],
    ['the session', { AWS: session.arn }, session],
    ['everyone', '*', session],
    ['the root user', { AWS: A }, root],
  ])('that names %s grants whatever the other policies leave out', (_, named, principal) => {
    expect(decide(principal, { ...limits, resource: grantTo(named) })).toMatchObject({
      allowed: true,
      by: 'resource',
      statement: { policy: 'of-the-secret' },
    });
  });

  test('that names the role grants within the boundary and the session policies', () => {
    const resource = grantTo({ AWS: ROLE });
    expect(decide(session, { identity: none, resource })).toMatchObject({ allowed: true, by: 'resource' });
    expect(decide(session, { identity: none, resource, boundary: none[0]! })).toMatchObject({ allowed: false, by: 'boundary' });
    expect(decide(session, { identity: none, resource, session: none })).toMatchObject({ allowed: false, by: 'session' });
    expect(decide(session, { identity: none, resource, boundary: identity[0]!, session: identity }).allowed).toBe(true);
  });

  test('that names the account leaves it to the identity policies', () => {
    expect(decide(ann, { identity: none, resource: grantTo({ AWS: A }) })).toMatchObject({ allowed: false, by: 'identity' });
    expect(decide(ann, { identity, resource: grantTo({ AWS: A }) })).toMatchObject({ allowed: true, by: 'identity' });
  });

  test('that names somebody else changes nothing', () => {
    expect(decide(ann, { identity, resource: grantTo({ AWS: ROLE }) }).allowed).toBe(true);
    expect(decide(ann, { identity, resource: grantTo({ AWS: ROLE }, 'Deny') }).allowed).toBe(true);
  });
});

describe('across accounts', () => {
  test('both sides must allow', () => {
    expect(decide(stranger, { identity, resource: grantTo({ AWS: B }) }).allowed).toBe(true);
    expect(decide(stranger, { identity })).toMatchObject({ by: 'resource', message: START(stranger) + because('resource-based policy') });
    expect(decide(stranger, { identity: none, resource: grantTo({ AWS: stranger.arn }) })).toMatchObject({
      allowed: false,
      by: 'identity',
    });
    expect(decide(stranger, { identity: none, resource: grantTo('*') })).toMatchObject({ allowed: false, by: 'identity' });
  });

  test('the root user of the other account needs the resource policy only', () => {
    const other: Principal = { type: 'root', arn: `arn:aws:iam::${B}:root`, accountId: B };
    expect(decide(other, { identity: [], resource: grantTo({ AWS: B }) }).allowed).toBe(true);
    expect(decide(other, { identity: [] })).toMatchObject({ allowed: false, by: 'resource' });
  });

  test('the owner can be given where the ARN does not say it', () => {
    const bucket = [policy('s3', 'identity', { Effect: 'Allow', Action: 's3:*', Resource: '*' })];
    const asked = { principal: ann, action: 's3:GetObject', resource: 'arn:aws:s3:::bucket/x', context: {} };
    expect(authorize(asked, { identity: bucket }).allowed).toBe(true);
    expect(authorize(asked, { identity: bucket, resourceAccountId: B }).allowed).toBe(false);
  });
});

describe('principals without policies of their own', () => {
  test('a root user may do all in its account, but for a Deny', () => {
    expect(decide(root, { identity: [] })).toMatchObject({ allowed: true, by: 'identity' });
    expect(decide(root, { identity: [], resource: grantTo({ AWS: A }, 'Deny') })).toMatchObject({
      effect: 'explicit-deny',
      by: 'resource',
    });
  });

  test('a service has what a resource policy gives it', () => {
    expect(decide(service, { identity: [], resource: grantTo({ Service: service.service }) }).allowed).toBe(true);
    expect(decide(service, { identity, resource: grantTo({ AWS: A }) })).toMatchObject({ allowed: false, by: 'resource' });
  });

  test('nobody in particular has what is for everyone', () => {
    expect(decide(anonymous, { identity: [], resource: grantTo('*') }).allowed).toBe(true);
    expect(decide(anonymous, { identity: [] }).message).toBe(
      `User: anonymous is not authorized to perform: secretsmanager:GetSecretValue on resource: ${SECRET} ${because('resource-based policy')}`,
    );
  });
});

describe('assuming a role', () => {
  const mayAssume = [policy('assume', 'identity', { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: ROLE })];
  const trusting = (Principal: unknown, Condition?: unknown) =>
    policy('trust', 'trust', { Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...(Condition ? { Condition } : {}) });
  const assume = (principal: Principal, policies: PolicySet, context = {}) =>
    authorize({ principal, action: 'sts:AssumeRole', resource: ROLE, context }, policies);

  test('needs the trust policy even of an administrator', () => {
    const everything = [policy('admin', 'identity', { Effect: 'Allow', Action: '*', Resource: '*' })];
    expect(assume(ann, { identity: everything, trust: trusting({ AWS: B }) })).toMatchObject({
      by: 'trust',
      message: `User: ${ann.arn} is not authorized to perform: sts:AssumeRole on resource: ${ROLE} because no role trust policy allows the sts:AssumeRole action`,
    });
    expect(assume(root, { identity: [], trust: trusting({ AWS: B }) })).toMatchObject({ allowed: false, by: 'trust' });
  });

  test('a trusted account also needs an identity policy; a trusted user of the same account does not', () => {
    expect(assume(ann, { identity: none, trust: trusting({ AWS: A }) })).toMatchObject({ allowed: false, by: 'identity' });
    expect(assume(ann, { identity: mayAssume, trust: trusting({ AWS: A }) }).allowed).toBe(true);
    expect(assume(ann, { identity: none, trust: trusting({ AWS: ann.arn }) })).toMatchObject({ allowed: true, by: 'trust' });
    expect(assume(stranger, { identity: none, trust: trusting({ AWS: stranger.arn }) }).allowed).toBe(false);
    expect(assume(stranger, { identity: mayAssume, trust: trusting({ AWS: stranger.arn }) }).allowed).toBe(true);
  });

  test('conditions of the trust policy count, such as an external id', () => {
    const trust = trusting({ AWS: A }, { StringEquals: { 'sts:ExternalId': 'x' } });
    expect(assume(ann, { identity: mayAssume, trust }, { 'sts:ExternalId': 'x' }).allowed).toBe(true);
    expect(assume(ann, { identity: mayAssume, trust }).allowed).toBe(false);
  });
});

describe('conditions on the request', () => {
  test('tags of principal and request meet in a variable', () => {
    const tagged = [
      policy('abac', 'identity', { ...allow, Condition: { StringEquals: { 'aws:ResourceTag/team': '${aws:PrincipalTag/team}' } } }),
    ];
    const ask = (context: Record<string, string>) => authorize({ ...request(ann), context }, { identity: tagged }).allowed;
    expect(ask({ 'aws:resourcetag/Team': 'red', 'aws:PrincipalTag/TEAM': 'red' })).toBe(true);
    expect(ask({ 'aws:ResourceTag/team': 'red', 'aws:PrincipalTag/team': 'blue' })).toBe(false);
    expect(ask({ 'aws:ResourceTag/team': 'red' })).toBe(false);
  });

  test('a role may be passed to the one service', () => {
    const pass = [
      policy('pass', 'identity', {
        Effect: 'Allow',
        Action: 'iam:PassRole',
        Resource: ROLE,
        Condition: { StringEquals: { 'iam:PassedToService': service.service } },
      }),
    ];
    const ask = (passedTo: string) =>
      authorize(
        { principal: ann, action: 'iam:PassRole', resource: ROLE, context: { 'iam:PassedToService': passedTo } },
        { identity: pass },
      ).allowed;
    expect(ask('bedrock-agentcore.amazonaws.com')).toBe(true);
    expect(ask('lambda.amazonaws.com')).toBe(false);
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
test('NotPrincipal with Deny spares nobody who has a permissions boundary', () => {
  const compile = (kind: 'identity' | 'resource', ...Statement: object[]) => ({
    name: kind,
    document: compilePolicy(JSON.stringify({ Version: '2012-10-17', Statement }), kind),
  });
  const all = { Effect: 'Allow', Action: '*', Resource: '*' };
  const role = 'arn:aws:iam::123456789012:role/R';
  const session = 'arn:aws:sts::123456789012:assumed-role/R/S';
  const spared = { AWS: ['arn:aws:iam::123456789012:root', role, session] };
  const policies = {
    identity: [compile('identity', all)],
    resource: [compile('resource', { ...all, Effect: 'Deny', NotPrincipal: spared })],
  };
  const request = {
    principal: { type: 'role', arn: session, roleArn: role, accountId: '123456789012' },
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::b/k',
    context: {},
  } as const;
  expect(authorize(request, policies).allowed).toBe(true);
  expect(authorize(request, { ...policies, boundary: compile('identity', all) })).toMatchObject({
    effect: 'explicit-deny',
    by: 'resource',
  });
});
