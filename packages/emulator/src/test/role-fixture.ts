import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import type { Emulator } from '../start-emulator.ts';
import { clientsOf } from './clients.ts';

export const statement = (Action: string | string[], Resource: string | string[] = '*') => ({ Effect: 'Allow', Action, Resource });
const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

/** Makes a role that `principal` may assume and that is allowed `statements`. Answers its ARN. */
export async function makeRole(
  { iam }: Pick<ReturnType<typeof clientsOf>, 'iam'>,
  RoleName: string,
  principal: object,
  ...statements: object[]
): Promise<string> {
  const AssumeRolePolicyDocument = policy({ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  if (statements.length > 0) await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: policy(...statements) }));
  return Role!.Arn!;
}

/** Clients of a session of a role. Its name is `test-session`. */
export async function assume(emulator: Emulator, RoleArn: string): Promise<ReturnType<typeof clientsOf>> {
  const { Credentials: given } = await clientsOf(emulator).sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test-session' }));
  return clientsOf({
    ...emulator,
    accessKeyId: given!.AccessKeyId!,
    secretAccessKey: given!.SecretAccessKey!,
    sessionToken: given!.SessionToken!,
  });
}
