import type { AgentDefinition } from '../agent/definition.ts';
import type { PolicyDocument } from '../policies/statement.ts';
import type { World } from './world.ts';

/** How to reach the world as a new role that has this policy and nothing else. */
export async function asRole(world: World, name: string, policy: PolicyDocument): Promise<NonNullable<AgentDefinition['aws']>> {
  const config = { ...world.aws, region: world.emulator.region };
  const iam = new (await import('@aws-sdk/client-iam')).IAM(config);
  const sts = new (await import('@aws-sdk/client-sts')).STS(config);
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: world.emulator.accountId }, Action: 'sts:AssumeRole' }],
  };
  const { Role } = await iam.createRole({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) });
  await iam.putRolePolicy({ RoleName: name, PolicyName: 'deployer', PolicyDocument: JSON.stringify(policy) });
  const { Credentials } = await sts.assumeRole({ RoleArn: Role?.Arn, RoleSessionName: 'ci' });
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '', SessionToken: sessionToken = '' } = Credentials ?? {};
  return { ...world.aws, credentials: { accessKeyId, secretAccessKey, sessionToken } };
}
