import { expect, test } from 'vitest';
import { compilePolicy } from './compile-policy.ts';
import { missingKeys } from './missing-keys.ts';
import { createSubject } from './subject.ts';
import type { Principal } from './types.ts';

const principal: Principal = { type: 'user', arn: 'arn:aws:iam::111122223333:user/ann', accountId: '111122223333' };
const missing = (statement: object, context = {}) => {
  const Statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/one', ...statement };
  const document = compilePolicy(JSON.stringify({ Version: '2012-10-17', Statement }), 'identity');
  const request = { principal, action: 's3:GetObject', resource: 'arn:aws:s3:::b/one', context };
  return missingKeys([{ name: 'p', document }], createSubject(request));
};

test.each<[string, object, object, string[]]>([
  ['a key of a condition, as it is written', { Condition: { StringEquals: { 'aws:SourceVpc': 'v' } } }, {}, ['aws:SourceVpc']],
  [
    'all keys, also where the first decides',
    { Condition: { Bool: { 'aws:A': 'true' }, StringLike: { 'aws:B': '*' } } },
    {},
    ['aws:A', 'aws:B'],
  ],
  ['one that is there in another case', { Condition: { StringEquals: { 'aws:SourceVpc': 'v' } } }, { 'AWS:sourcevpc': 'x' }, []],
  ['one of a Deny', { Effect: 'Deny', Condition: { StringNotEquals: { 'aws:SourceVpc': 'v' } } }, {}, ['aws:SourceVpc']],
  ['one that may be absent', { Condition: { BoolIfExists: { 'aws:A': 'true' }, Null: { 'aws:B': 'true' } } }, {}, []],
  [
    'a variable of a value',
    { Condition: { StringEquals: { 'aws:A': '${aws:PrincipalTag/Team}' } } },
    { 'aws:A': 'a' },
    ['aws:PrincipalTag/Team'],
  ],
  ['a variable of the resource', { Resource: 'arn:aws:s3:::b/${aws:username}' }, {}, ['aws:username']],
  ['a variable with a default, and what is none', { Resource: "arn:aws:s3:::b/${aws:username, 'one'}${*}" }, {}, []],
  ['a statement about another action', { Action: 's3:PutObject', Condition: { Bool: { 'aws:A': 'true' } } }, {}, []],
  ['a statement about another resource', { Resource: 'arn:aws:s3:::b/two', Condition: { Bool: { 'aws:A': 'true' } } }, {}, []],
])('says which keys the statements about a request lack: %s', (_, statement, context, expected) => {
  expect(missing(statement, context)).toEqual(expected);
});
