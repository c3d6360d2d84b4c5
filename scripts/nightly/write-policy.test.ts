import { expect, test } from 'vitest';
import { placePolicy, writePolicy, type RecordedAccess } from './write-policy.ts';

const place = { account: '123456789012', region: 'us-west-2' };
const asked = (action: string, resource: string, during: RecordedAccess['during'] = 'tutorials'): RecordedAccess => ({
  decision: { action, resource },
  during,
});

test.each([
  [
    'arn:aws:ecr:us-west-2:123456789012:repository/bedrock-agentcore-outbound_auth_1a2b3c',
    'arn:aws:ecr:REGION:ACCOUNT_ID:repository/bedrock-agentcore-outbound_auth_*',
  ],
  [
    'arn:aws:iam::123456789012:role/BedrockAgentCore-notes_1a2b3c-us-west-2',
    'arn:aws:iam::ACCOUNT_ID:role/BedrockAgentCore-notes_*-REGION',
  ],
  [
    'arn:aws:bedrock-agentcore:us-west-2:123456789012:runtime/notes_1a2b3c-AbCdEfGh12',
    'arn:aws:bedrock-agentcore:REGION:ACCOUNT_ID:runtime/notes_*',
  ],
  [
    'arn:aws:bedrock-agentcore:us-west-2:123456789012:runtime/notes_1a2b3c-AbCdEfGh12/runtime-endpoint/DEFAULT',
    'arn:aws:bedrock-agentcore:REGION:ACCOUNT_ID:runtime/notes_*/runtime-endpoint/DEFAULT',
  ],
  [
    'arn:aws:logs:us-west-2:123456789012:log-group:/aws/bedrock-agentcore/runtimes/notes_1a2b3c-AbCdEfGh12-DEFAULT:log-stream:x',
    'arn:aws:logs:REGION:ACCOUNT_ID:log-group:/aws/bedrock-agentcore/runtimes/notes_*',
  ],
  [
    'arn:aws:secretsmanager:us-west-2:123456789012:secret:bedrock-agentcore-identity!default/apikey/openai-1a2b3c-9f8e7d6c-Xy12Zz',
    'arn:aws:secretsmanager:REGION:ACCOUNT_ID:secret:bedrock-agentcore-identity!default/apikey/openai-*',
  ],
  [
    'arn:aws:bedrock-agentcore:us-west-2:123456789012:token-vault/default',
    'arn:aws:bedrock-agentcore:REGION:ACCOUNT_ID:token-vault/default',
  ],
])('%s is allowed for every run as %s', (resource, expected) => {
  expect(writePolicy([asked('x:Do', resource)], place).Statement).toEqual([{ Effect: 'Allow', Action: ['x:Do'], Resource: [expected] }]);
});

test('the policy is the same in whatever order and however often something was asked', () => {
  const a = asked('iam:CreateRole', 'arn:aws:iam::123456789012:role/a_1a2b3c');
  const b = asked('iam:DeleteRole', 'arn:aws:iam::123456789012:role/a_4d5e6f');
  const c = asked('iam:PassRole', 'arn:aws:iam::123456789012:role/a_4d5e6f');
  const policy = writePolicy([a, b, c], place);
  expect(writePolicy([c, b, a, a], place)).toEqual(policy);
  expect(policy.Statement).toEqual([
    { Effect: 'Allow', Action: ['iam:CreateRole', 'iam:DeleteRole'], Resource: ['arn:aws:iam::ACCOUNT_ID:role/a_*'] },
    {
      Effect: 'Allow',
      Action: ['iam:PassRole'],
      Resource: ['arn:aws:iam::ACCOUNT_ID:role/a_*'],
      Condition: { StringEquals: { 'iam:PassedToService': 'bedrock-agentcore.amazonaws.com' } },
    },
  ]);
});

test('a sweep may read everything, and delete only what the tutorials make', () => {
  const role = 'arn:aws:iam::123456789012:role/a_1a2b3c';
  expect(writePolicy([asked('iam:ListRoleTags', role, 'sweep'), asked('iam:DeleteRole', role, 'sweep')], place).Statement).toEqual([
    { Effect: 'Allow', Action: ['iam:DeleteRole'], Resource: ['arn:aws:iam::ACCOUNT_ID:role/a_*'] },
    { Effect: 'Allow', Action: ['iam:ListRoleTags'], Resource: ['*'] },
  ]);
});

test('a placed policy has no placeholder left', () => {
  const text = JSON.stringify({ Resource: 'arn:aws:ecr:REGION:ACCOUNT_ID:repository/x' });
  expect(placePolicy(text, { account: '210987654321', region: 'eu-west-1' })).toBe(
    '{"Resource":"arn:aws:ecr:eu-west-1:210987654321:repository/x"}',
  );
});
