import { expect, test } from 'vitest';
import { createAccessLog } from './access-log.ts';
import type { AccessDecision } from './create-authorizer.ts';
import { writePolicy } from './write-policy.ts';

const decision = (action: string, resource: string, changes: Partial<AccessDecision> = {}): AccessDecision => ({
  principal: {
    type: 'role',
    arn: 'arn:aws:sts::123456789012:assumed-role/agent/session',
    accountId: '123456789012',
    roleArn: 'arn:aws:iam::123456789012:role/path/agent',
  },
  action,
  resource,
  context: {},
  allowed: true,
  ...changes,
});

function newLog() {
  let seconds = 0;
  return createAccessLog(() => new Date(Date.UTC(2026, 0, 1, 0, 0, (seconds += 1))));
}

test('the same question is counted, with the answer and the last time; sessions of a role are the role', () => {
  const log = newLog();
  log.record(decision('s3:GetObject', 'arn:aws:s3:::b/one'));
  log.record(decision('s3:PutObject', 'arn:aws:s3:::b/one', { allowed: false }));
  log.record(decision('s3:GetObject', 'arn:aws:s3:::b/one'));
  log.record(decision('s3:GetObject', 'arn:aws:s3:::b/one', { allowed: false }));
  const principal = 'arn:aws:iam::123456789012:role/path/agent';
  const got = { principal, action: 's3:GetObject', resource: 'arn:aws:s3:::b/one' };
  expect(log.list()).toEqual([
    { ...got, action: 's3:PutObject', allowed: false, count: 1, lastAt: '2026-01-01T00:00:02.000Z' },
    { ...got, allowed: true, count: 2, lastAt: '2026-01-01T00:00:03.000Z' },
    { ...got, allowed: false, count: 1, lastAt: '2026-01-01T00:00:04.000Z' },
  ]);
  expect(log.list({ denied: true })).toHaveLength(2);
  for (const named of [principal, 'agent']) expect(log.list({ principal: named })).toHaveLength(3);
  expect(log.list({ principal: 'gent' })).toEqual([]);
  log.clear();
  expect(log.list()).toEqual([]);
});

test('it does not grow without end: what was asked longest ago is forgotten', () => {
  const log = newLog();
  for (let index = 0; index < 5_010; index += 1) log.record(decision('s3:GetObject', `arn:aws:s3:::b/${index}`));
  const kept = log.list();
  expect(kept).toHaveLength(4_510);
  expect(kept[0]?.resource).toBe('arn:aws:s3:::b/500');
  expect(kept.at(-1)?.resource).toBe('arn:aws:s3:::b/5009');
});

test('the policy has the actions by resources, each once, and to whom a role is passed', () => {
  const records = [
    { action: 's3:PutObject', resource: 'arn:aws:s3:::b/two' },
    { action: 's3:GetObject', resource: 'arn:aws:s3:::b/two' },
    { action: 's3:GetObject', resource: 'arn:aws:s3:::b/one' },
    { action: 's3:PutObject', resource: 'arn:aws:s3:::b/one' },
    { action: 'ecr:GetAuthorizationToken', resource: '*' },
    { action: 'iam:PassRole', resource: 'arn:aws:iam::123456789012:role/agent', passedToService: 'bedrock-agentcore.amazonaws.com' },
    { action: 's3:GetObject', resource: 'arn:aws:s3:::b/one' },
  ];
  expect(writePolicy(records)).toEqual({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['ecr:GetAuthorizationToken'], Resource: ['*'] },
      {
        Effect: 'Allow',
        Action: ['iam:PassRole'],
        Resource: ['arn:aws:iam::123456789012:role/agent'],
        Condition: { StringEquals: { 'iam:PassedToService': 'bedrock-agentcore.amazonaws.com' } },
      },
      { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: ['arn:aws:s3:::b/one', 'arn:aws:s3:::b/two'] },
    ],
  });
});
