import { authorize } from '../src/iam/authorize.ts';
import { compilePolicy } from '../src/iam/compile-policy.ts';
import { managedPolicy } from '../src/iam/managed-policies.ts';
import type { AuthorizationRequest, NamedPolicy, PolicySet, Principal } from '../src/iam/types.ts';

export interface IamBenchRow {
  name: string;
  unit: string;
  ours: number;
}

const ACCOUNT = '111122223333';
const VAULT = `arn:aws:bedrock-agentcore:us-east-1:${ACCOUNT}:token-vault/default`;

const principal: Principal = {
  type: 'role',
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/BedrockAgentCoreRuntime/session`,
  roleArn: `arn:aws:iam::${ACCOUNT}:role/BedrockAgentCoreRuntime`,
  accountId: ACCOUNT,
  userId: 'AROAEXAMPLEEXAMPLE00:session',
  tags: { team: 'agents' },
};

const context = {
  'aws:PrincipalArn': principal.roleArn!,
  'aws:PrincipalAccount': ACCOUNT,
  'aws:PrincipalTag/team': 'agents',
  'aws:CurrentTime': '2026-01-01T00:00:00Z',
  'aws:SourceIp': '127.0.0.1',
  'aws:SecureTransport': 'false',
};

const request = (resource: string): AuthorizationRequest => ({
  principal,
  action: 'bedrock-agentcore:GetResourceApiKey',
  resource,
  context,
});

/** A role as the deploy package makes it: exact resources, and conditions where AWS's sample has them. */
const executionRole = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      Resource: `arn:aws:ecr:us-east-1:${ACCOUNT}:repository/agent`,
    },
    { Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' },
    {
      Effect: 'Allow',
      Action: 'logs:CreateLogStream',
      Resource: `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:/aws/bedrock-agentcore/runtimes/*`,
    },
    {
      Effect: 'Allow',
      Action: 'cloudwatch:PutMetricData',
      Resource: '*',
      Condition: { StringEquals: { 'cloudwatch:namespace': 'bedrock-agentcore' } },
    },
    { Effect: 'Allow', Action: 'bedrock-agentcore:GetResourceApiKey', Resource: [VAULT, `${VAULT}/apikeycredentialprovider/openai-*`] },
  ],
});

/** A wide policy with everything that costs: variables, set operators, CIDR ranges, and a boundary and a session policy on top. */
const conditions = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    ...Array.from({ length: 20 }, (_, index) => ({
      Effect: 'Deny',
      Action: 'bedrock-agentcore:Get*',
      Resource: `arn:aws:bedrock-agentcore:*:*:gateway/*-${index}-*`,
    })),
    { Effect: 'Deny', Action: '*', Resource: '*', Condition: { NotIpAddress: { 'aws:SourceIp': ['127.0.0.0/8', '::1/128'] } } },
    {
      Effect: 'Allow',
      Action: 'bedrock-agentcore:*',
      Resource: 'arn:aws:bedrock-agentcore:*:*:token-vault/*/apikeycredentialprovider/${aws:PrincipalTag/team}-*',
      Condition: {
        ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*BedrockAgentCore*' },
        DateLessThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' },
      },
    },
  ],
});

/** Decisions a second on one core; compiling and the memory of a policy beside them. */
export function benchIam({ milliseconds = 1000 } = {}): IamBenchRow[] {
  const administrator: PolicySet = { identity: [named(managedPolicy('arn:aws:iam::aws:policy/AdministratorAccess')!)] };
  const role: PolicySet = { identity: [named(executionRole)] };
  const strict: PolicySet = { identity: [named(conditions)], boundary: named(conditions), session: [named(conditions)] };
  const perSecond = (name: string, run: () => unknown): IamBenchRow => ({ name, unit: '1/s', ours: rate(run, milliseconds) });
  return [
    perSecond('IAM decision, AdministratorAccess', () => authorize(request(VAULT), administrator)),
    perSecond('IAM decision, execution role, allowed', () => authorize(request(`${VAULT}/apikeycredentialprovider/openai-1`), role)),
    perSecond('IAM decision, execution role, denied', () => authorize(request(`${VAULT}/apikeycredentialprovider/other`), role)),
    perSecond('IAM decision, 66 statements with conditions and variables', () =>
      authorize(request(`${VAULT}/apikeycredentialprovider/agents-1`), strict),
    ),
    perSecond('IAM policy compiled, execution role', () => compilePolicy(executionRole, 'identity')),
  ];
}

function named(text: string): NamedPolicy {
  return { name: 'policy', document: compilePolicy(text, 'identity') };
}

function rate(run: () => unknown, milliseconds: number): number {
  for (let index = 0; index < 2000; index++) run();
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < milliseconds) {
    for (let index = 0; index < 100; index++) run();
    count += 100;
  }
  return Math.round((count * 1000) / (performance.now() - start));
}
