import { describe, expect, test } from 'vitest';
import { listActions, unlistedResource, fillArn } from './action-resources.ts';
import { authorize } from './authorize.ts';
import { compilePolicy } from './compile-policy.ts';
import { managedPolicies, managedPolicy } from './managed-policies.ts';
import type { Principal } from './types.ts';

const A = '111122223333';
const ann: Principal = { type: 'user', arn: `arn:aws:iam::${A}:user/ann`, accountId: A };
const names = { Region: 'us-east-1', Account: A };
const may = (policy: string, action: string, resource: string, context = {}) => {
  const document = compilePolicy(managedPolicy(`arn:aws:iam::aws:policy/${policy}`)!, 'identity');
  return authorize({ principal: ann, action, resource, context }, { identity: [{ name: policy, document }] }).allowed;
};
const sample = (arn: string) => fillArn(arn.replaceAll(/\$\{(?!Partition|Region|Account)\w+\}/g, 'x'), names);

describe('AWS-managed policies', () => {
  test('all compile as identity policies', () => {
    for (const arn of managedPolicies.keys()) expect(() => compilePolicy(managedPolicy(arn)!, 'identity')).not.toThrow();
  });

  test('an unknown policy has no document', () => {
    expect(managedPolicy('arn:aws:iam::aws:policy/PowerUserAccess')).toBeUndefined();
  });

  test('AdministratorAccess allows every known action', () => {
    for (const { action, resources } of listActions())
      for (const { arn } of [...resources, { arn: unlistedResource(action) }])
        expect(may('AdministratorAccess', action, sample(arn))).toBe(true);
  });

  test('BedrockAgentCoreFullAccess allows every action of AgentCore', () => {
    for (const { action, resources } of listActions().filter(({ action }) => action.startsWith('bedrock-agentcore:'))) {
      // What it is checked against is unknown where neither the reference names a resource, nor a denial did.
      const checked = [...resources.map(({ arn }) => arn), unlistedResource(action)].filter((arn) => arn !== '*');
      for (const arn of checked) expect.soft(may('BedrockAgentCoreFullAccess', action, sample(arn)), action).toBe(true);
    }
  });

  test('BedrockAgentCoreFullAccess passes roles of that name to AgentCore only', () => {
    const pass = (role: string, service: string) =>
      may('BedrockAgentCoreFullAccess', 'iam:PassRole', `arn:aws:iam::${A}:role/${role}`, { 'iam:PassedToService': service });
    expect(pass('AmazonBedrockAgentCoreSDKRuntime-us-east-1-x', 'bedrock-agentcore.amazonaws.com')).toBe(true);
    expect(pass('my-role', 'bedrock-agentcore.amazonaws.com')).toBe(false);
    expect(pass('AmazonBedrockAgentCoreSDKRuntime-us-east-1-x', 'ec2.amazonaws.com')).toBe(false);
  });

  test('BedrockAgentCoreFullAccess reads roles, the secrets of providers and images, and no more', () => {
    expect(may('BedrockAgentCoreFullAccess', 'iam:ListRoles', `arn:aws:iam::${A}:role/`)).toBe(true);
    expect(may('BedrockAgentCoreFullAccess', 'iam:CreateRole', `arn:aws:iam::${A}:role/x`)).toBe(false);
    expect(
      may(
        'BedrockAgentCoreFullAccess',
        'secretsmanager:GetSecretValue',
        `arn:aws:secretsmanager:us-east-1:${A}:secret:bedrock-agentcore-identity!default/apikey/x-9f8e7d6c-AbCdEf`,
      ),
    ).toBe(true);
    expect(
      may('BedrockAgentCoreFullAccess', 'secretsmanager:GetSecretValue', `arn:aws:secretsmanager:us-east-1:${A}:secret:mine-AbCdEf`),
    ).toBe(false);
    expect(may('BedrockAgentCoreFullAccess', 'ecr:DescribeImages', `arn:aws:ecr:us-east-1:${A}:repository/x`)).toBe(true);
    expect(may('BedrockAgentCoreFullAccess', 'ecr:PutImage', `arn:aws:ecr:us-east-1:${A}:repository/x`)).toBe(false);
    expect(may('BedrockAgentCoreFullAccess', 'ecr:GetAuthorizationToken', '*')).toBe(false);
  });
});
