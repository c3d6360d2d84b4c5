import { IAM } from '@aws-sdk/client-iam';
import { expect, test } from 'vitest';
import { startEmulator } from '../start-emulator.ts';
import type { AccessDecision } from './create-authorizer.ts';

test('onAccess is told of what was allowed and of what was refused, with who asked', async () => {
  const decisions: AccessDecision[] = [];
  const emulator = await startEmulator({ ephemeral: true, onAccess: (decision) => decisions.push(decision) });
  try {
    const { endpoint, region, accessKeyId, secretAccessKey, accountId } = emulator;
    const connection = { endpoint, region };
    const iam = new IAM({ ...connection, credentials: { accessKeyId, secretAccessKey } });
    const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: accountId }, Action: 'sts:AssumeRole' }] };
    await iam.createRole({ RoleName: 'nobody', AssumeRolePolicyDocument: JSON.stringify(trust) });
    const { STS } = await import('@aws-sdk/client-sts');
    const sts = new STS({ ...connection, credentials: { accessKeyId, secretAccessKey } });
    const RoleArn = `arn:aws:iam::${accountId}:role/nobody`;
    const { Credentials: session } = await sts.assumeRole({ RoleArn, RoleSessionName: 'test' });
    const credentials = {
      accessKeyId: session!.AccessKeyId!,
      secretAccessKey: session!.SecretAccessKey!,
      sessionToken: session!.SessionToken!,
    };
    await expect(new IAM({ ...connection, credentials }).getRole({ RoleName: 'nobody' })).rejects.toThrow('not authorized');

    expect(decisions.map(({ principal, action, resource, allowed }) => [principal.type, action, resource, allowed])).toEqual([
      ['user', 'iam:CreateRole', RoleArn, true],
      ['user', 'sts:AssumeRole', RoleArn, true],
      ['role', 'iam:GetRole', RoleArn, false],
    ]);
    expect(JSON.stringify(decisions)).not.toContain(secretAccessKey);
  } finally {
    await emulator.stop();
  }
});
