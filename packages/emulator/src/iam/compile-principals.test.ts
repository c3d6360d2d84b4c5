import { describe, expect, test } from 'vitest';
import { compileNotPrincipals, compilePrincipals } from './compile-principals.ts';
import type { Principal } from './types.ts';

const A = '111122223333';
const B = '444455556666';
const root: Principal = { type: 'root', arn: `arn:aws:iam::${A}:root`, accountId: A, userId: A };
const ann: Principal = { type: 'user', arn: `arn:aws:iam::${A}:user/team/ann`, accountId: A, userId: 'AIDAEXAMPLEEXAMPLE01' };
const session: Principal = {
  type: 'role',
  arn: `arn:aws:sts::${A}:assumed-role/Agent/s1`,
  roleArn: `arn:aws:iam::${A}:role/path/Agent`,
  accountId: A,
  userId: 'AROAEXAMPLEEXAMPLE01:s1',
};
const service: Principal = {
  type: 'service',
  arn: 'bedrock-agentcore.amazonaws.com',
  service: 'bedrock-agentcore.amazonaws.com',
  accountId: A,
};
const federated: Principal = { type: 'federated', arn: `arn:aws:iam::${A}:saml-provider/Corp`, accountId: A };
const anonymous: Principal = { type: 'anonymous', arn: 'anonymous', accountId: '' };
const everybody = { root, ann, session, service, federated, anonymous };

const matchesOf = (element: unknown) => {
  const matches = compilePrincipals(element, 'Principal');
  return Object.fromEntries(
    Object.entries(everybody).flatMap(([name, principal]) => (matches(principal) === 'none' ? [] : [[name, matches(principal)]])),
  );
};

describe('Principal', () => {
  test('"*" and {"AWS": "*"} are everyone', () => {
    const all = {
      root: 'everyone',
      ann: 'everyone',
      session: 'everyone',
      service: 'everyone',
      federated: 'everyone',
      anonymous: 'everyone',
    };
    expect(matchesOf('*')).toEqual(all);
    expect(matchesOf({ AWS: '*' })).toEqual(all);
  });

  test.each([A, `arn:aws:iam::${A}:root`])('the account %s is its users and roles, and its root user in person', (account) => {
    expect(matchesOf({ AWS: account })).toEqual({ root: 'exact', ann: 'account', session: 'account' });
  });

  test('another account is nobody of this one', () => {
    expect(matchesOf({ AWS: [B, `arn:aws:iam::${B}:root`] })).toEqual({});
  });

  test('a user by its ARN, in its very case, or by its id', () => {
    expect(matchesOf({ AWS: ann.arn })).toEqual({ ann: 'exact' });
    expect(matchesOf({ AWS: ann.arn.replace('ann', 'Ann') })).toEqual({});
    expect(matchesOf({ AWS: 'AIDAEXAMPLEEXAMPLE01' })).toEqual({ ann: 'exact' });
  });

  test('a role is its sessions', () => {
    expect(matchesOf({ AWS: session.roleArn })).toEqual({ session: 'role' });
    expect(matchesOf({ AWS: 'AROAEXAMPLEEXAMPLE01' })).toEqual({ session: 'role' });
    expect(matchesOf({ AWS: 'AROAEXAMPLEEXAMPLE0' })).toEqual({});
  });

  test('a session is itself only', () => {
    expect(matchesOf({ AWS: session.arn })).toEqual({ session: 'exact' });
    expect(matchesOf({ AWS: `${session.arn}2` })).toEqual({});
  });

  test('a service and an identity provider by name', () => {
    expect(matchesOf({ Service: service.service })).toEqual({ service: 'exact' });
    expect(matchesOf({ Service: 'ec2.amazonaws.com' })).toEqual({});
    expect(matchesOf({ Federated: federated.arn })).toEqual({ federated: 'exact' });
  });

  test('a canonical user is nobody here', () => {
    expect(matchesOf({ CanonicalUser: '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be' })).toEqual({});
  });

  test('of several names the most direct counts', () => {
    expect(matchesOf({ AWS: [A, session.roleArn], Service: [service.service] })).toEqual({
      root: 'exact',
      ann: 'account',
      session: 'role',
      service: 'exact',
    });
    expect(matchesOf({ AWS: [session.arn, session.roleArn] })).toEqual({ session: 'exact' });
  });
});

describe('NotPrincipal', () => {
  const spared = (element: unknown) => {
    const matches = compileNotPrincipals(element, 'NotPrincipal');
    return Object.entries(everybody).flatMap(([name, principal]) => (matches(principal) === 'none' ? [name] : []));
  };

  test('spares a user only when its account is listed too', () => {
    expect(spared({ AWS: [ann.arn] })).toEqual([]);
    expect(spared({ AWS: [ann.arn, A] })).toEqual(['root', 'ann']);
  });

  test('spares a session only when its role and account are listed too', () => {
    expect(spared({ AWS: [session.arn, A] })).toEqual(['root']);
    expect(spared({ AWS: [session.arn, session.roleArn, A] })).toEqual(['root', 'session']);
  });

  test('spares a service by name, and with "*" everyone', () => {
    expect(spared({ Service: service.service })).toEqual(['service']);
    expect(spared('*')).toEqual(Object.keys(everybody));
  });
});
