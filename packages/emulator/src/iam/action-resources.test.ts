import { describe, expect, test } from 'vitest';
import { actionResources, fillArn, listActions, unlistedResource } from './action-resources.ts';
import { compilePolicy } from './compile-policy.ts';

describe('actionResources', () => {
  test('GetResourceApiKey is checked against four resources', () => {
    const info = actionResources('Bedrock-AgentCore:getresourceapikey');
    expect(info).toMatchObject({ action: 'bedrock-agentcore:GetResourceApiKey', access: 'Read' });
    expect(info?.resources.map(({ name, required }) => [name, required])).toEqual([
      ['apikeycredentialprovider', true],
      ['token-vault', true],
      ['workload-identity', true],
      ['workload-identity-directory', true],
    ]);
  });

  test('says the condition keys of an action', () => {
    expect(actionResources('iam:PassRole')?.conditionKeys).toContain('iam:PassedToService');
    expect(actionResources('sts:GetCallerIdentity')).toMatchObject({ resources: [], conditionKeys: [] });
  });

  test('knows nothing of other services', () => {
    expect(actionResources('lambda:InvokeFunction')).toBeUndefined();
    expect(actionResources('constructor')).toBeUndefined();
  });

  test('every resource has an ARN that a policy could name', () => {
    const names = { Region: 'us-east-1', Account: '111122223333' };
    for (const { action, resources } of listActions()) {
      for (const { arn } of resources) {
        const Resource = fillArn(arn.replaceAll(/\$\{(?!Partition|Region|Account)\w+\}/g, '*'), names);
        expect(Resource, action).toMatch(/^arn:aws:/);
        expect(() => compilePolicy(JSON.stringify({ Statement: { Effect: 'Allow', Action: action, Resource } }), 'identity')).not.toThrow();
      }
    }
  });

  test('says what AWS checks where its reference names no resource', () => {
    expect(fillArn(unlistedResource('iam:ListRoles'), { Account: '1' })).toBe('arn:aws:iam::1:role/');
    expect(fillArn(unlistedResource('bedrock-agentcore:CreateAgentRuntime'), { Account: '1', Region: 'r' })).toBe(
      'arn:aws:bedrock-agentcore:r:1:runtime/*',
    );
    expect(unlistedResource('ecr:GetAuthorizationToken')).toBe('*');
  });

  test('never leaves a hole in an ARN', () => {
    expect(() => fillArn('arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}', { Account: '1' })).toThrow(
      'No value for ${RoleNameWithPath}',
    );
  });
});
