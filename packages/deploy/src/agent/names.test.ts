import { expect, test } from 'vitest';
import { repositoryNameOf, roleNameOf } from './names.ts';

const containerUri =
  /^(([0-9]{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?|public\.ecr\.aws)\/((?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*)(?::([^:@]{1,300}))?(?:@(.+))?$/;
const names = ['a', 'outbound_auth', 'A_b', 'a_b', 'a__b', 'a_', 'Z_', `a${'_'.repeat(47)}`, 'a'.repeat(48)];

test('every agent name gives a repository that both ECR and AgentCore take, and no two the same one', () => {
  const repositories = names.map((name) => repositoryNameOf(name));
  for (const repository of repositories)
    expect(`111122223333.dkr.ecr.us-east-1.amazonaws.com/${repository}@sha256:0`).toMatch(containerUri);
  expect(new Set(repositories).size).toBe(names.length);
  expect(repositoryNameOf('outbound_auth')).toBe('bedrock-agentcore-outbound_auth');
});

test('every role name fits into 64 characters, holds BedrockAgentCore, and is unique', () => {
  const roles = [...names, `${'a'.repeat(47)}b`].flatMap((name) =>
    ['us-east-1', 'ap-southeast-1'].map((region) => roleNameOf(name, region)),
  );
  for (const role of roles) expect(role).toMatch(/^(?=.{1,64}$)BedrockAgentCore-[\w-]+$/);
  expect(new Set(roles).size).toBe(roles.length);
});
