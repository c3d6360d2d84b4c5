import { describe, expect, test } from 'vitest';
import { createArnMatcher } from './arn-matcher.ts';
import { createSubject } from './subject.ts';

const subject = createSubject({
  principal: { type: 'anonymous', arn: 'anonymous', accountId: '' },
  action: 'a:b',
  resource: '*',
  context: { 'aws:PrincipalAccount': '111122223333', 'aws:username': '*' },
});

describe('Arn operators', () => {
  test.each([
    ['arn:aws:iam::111122223333:role/x', 'arn:aws:iam::111122223333:role/x', true],
    ['arn:aws:iam::111122223333:role/x', 'arn:aws:iam::111122223333:role/X', false],
    ['arn:aws:bedrock-agentcore:us-east-1:111122223333:*', 'arn:aws:bedrock-agentcore:us-east-1:111122223333:runtime/a:b', true],
    ['arn:aws:iam::*:role/x', 'arn:aws:iam::1:2:role/x', false],
    ['arn:*:role/x', 'arn:aws:iam::111122223333:role/x', false],
    ['arn:aws:iam', 'arn:aws:iam::111122223333:role/x', true],
    ['arn:aws:iam::111122223333', 'arn:aws:iam::444455556666:role/x', false],
    ['*', 'arn:aws:iam::111122223333:role/x', true],
    ['*', 'not an arn', false],
    ['arn:aws:iam', 'arn:aws:iam', false],
    ['arn:aws:iam::1:', 'arn:aws:iam::1:', true],
    ['arn:aws:s3:::b?', 'arn:aws:s3:::b1', true],
    ['arn:aws:iam::${aws:PrincipalAccount}:role/*', 'arn:aws:iam::111122223333:role/x', true],
    ['arn:aws:iam::${aws:PrincipalAccount}:role/*', 'arn:aws:iam::444455556666:role/x', false],
    ['arn:aws:iam::${aws:username}:role/*', 'arn:aws:iam::111122223333:role/x', false],
    ['arn:aws:iam::${aws:userid}:role/*', 'arn:aws:iam::111122223333:role/x', undefined],
  ])('%s and %s: %j', (pattern, arn, expected) => {
    expect(createArnMatcher(pattern, true)(arn, subject)).toBe(expected);
  });
});
