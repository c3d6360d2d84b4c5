import { describe, expect, test } from 'vitest';
import { compilePolicy } from './compile-policy.ts';
import { evaluateTrust } from './evaluate-trust.ts';
import type { Principal } from './types.ts';

const A = '111122223333';
const ROLE = `arn:aws:iam::${A}:role/BedrockAgentCoreRuntime`;
const agentCore: Principal = {
  type: 'service',
  arn: 'bedrock-agentcore.amazonaws.com',
  service: 'bedrock-agentcore.amazonaws.com',
  accountId: A,
};
// The trust policy that AWS documents for a runtime's execution role.
const documented = {
  Effect: 'Allow',
  Principal: { Service: 'bedrock-agentcore.amazonaws.com' },
  Action: 'sts:AssumeRole',
  Condition: { StringEquals: { 'aws:SourceAccount': A }, ArnLike: { 'aws:SourceArn': `arn:aws:bedrock-agentcore:us-east-1:${A}:*` } },
};
const evaluate = (statements: unknown, context: Record<string, string>, principal = agentCore) =>
  evaluateTrust(compilePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), 'trust'), {
    principal,
    action: 'sts:AssumeRole',
    resource: ROLE,
    context,
  });
const ours = { 'aws:SourceAccount': A, 'aws:SourceArn': `arn:aws:bedrock-agentcore:us-east-1:${A}:runtime/agent-0123456789` };

describe('evaluateTrust', () => {
  test('lets the service assume the role for this account and region', () => {
    expect(evaluate(documented, ours)).toMatchObject({ allowed: true, by: 'trust', statement: { index: 0 } });
  });

  test.each<[string, Record<string, string>]>([
    ['another account', { ...ours, 'aws:SourceAccount': '444455556666' }],
    ['another region', { ...ours, 'aws:SourceArn': `arn:aws:bedrock-agentcore:eu-west-1:${A}:runtime/agent-0123456789` }],
    ['nobody that it would say', {}],
  ])('refuses a call for %s: the confused deputy', (_, context) => {
    expect(evaluate(documented, context)).toEqual({
      allowed: false,
      effect: 'implicit-deny',
      by: 'trust',
      message: `User: bedrock-agentcore.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: ${ROLE} because no role trust policy allows the sts:AssumeRole action`,
    });
  });

  test('refuses a service that is not named', () => {
    expect(evaluate({ ...documented, Principal: { Service: 'lambda.amazonaws.com' } }, ours).allowed).toBe(false);
  });

  test('a Deny wins', () => {
    const decision = evaluate([documented, { Effect: 'Deny', Principal: '*', Action: 'sts:*' }], ours);
    expect(decision).toMatchObject({ effect: 'explicit-deny', statement: { index: 1 } });
    expect(decision.message).toMatch(/with an explicit deny in the role trust policy$/);
  });

  test('lets users of a web identity provider in by their claims', () => {
    const provider: Principal = {
      type: 'federated',
      arn: `arn:aws:iam::${A}:oidc-provider/token.actions.githubusercontent.com`,
      accountId: A,
    };
    const statement = {
      Effect: 'Allow',
      Principal: { Federated: provider.arn },
      Action: 'sts:*',
      Condition: { StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:org/*:ref:refs/heads/main' } },
    };
    expect(evaluate(statement, { 'token.actions.githubusercontent.com:sub': 'repo:org/x:ref:refs/heads/main' }, provider).allowed).toBe(
      true,
    );
    expect(evaluate(statement, { 'token.actions.githubusercontent.com:sub': 'repo:org/x:ref:refs/heads/dev' }, provider).allowed).toBe(
      false,
    );
  });
});
