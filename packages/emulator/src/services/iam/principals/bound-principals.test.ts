import { ECR } from '@aws-sdk/client-ecr';
import { IAM } from '@aws-sdk/client-iam';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { STS } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../../start-emulator.ts';
import { failureOf } from '../../../test/clients.ts';

// Documented: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
let emulator: Emulator;
let iam: IAM;
let secrets: SecretsManager;
let ecr: ECR;
let settings: ConstructorParameters<typeof IAM>[0] & object;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true });
  const { endpoint, region, accessKeyId, secretAccessKey } = emulator;
  settings = { endpoint, region, credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 };
  iam = new IAM(settings);
  secrets = new SecretsManager(settings as object);
  ecr = new ECR(settings as object);
});
afterAll(() => emulator.stop());

const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const trusting = (AWS: string) => policy({ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' });
const reading = (AWS: string) => policy({ Effect: 'Allow', Principal: { AWS }, Action: 'secretsmanager:GetSecretValue', Resource: '*' });
const create = async (RoleName: string) => (await iam.createRole({ RoleName, AssumeRolePolicyDocument: trusting('123456789012') })).Role!;

/** What a session of a role may do. */
async function sessionOf(RoleArn: string) {
  const { Credentials: given } = await new STS(settings as object).assumeRole({ RoleArn, RoleSessionName: 'session' });
  const credentials = { accessKeyId: given!.AccessKeyId!, secretAccessKey: given!.SecretAccessKey!, sessionToken: given!.SessionToken! };
  const own = { ...settings, credentials } as object;
  return { secrets: new SecretsManager(own), sts: new STS(own), iam: new IAM(own) };
}

test.each([
  'arn:aws:iam::123456789012:role/nobody',
  'arn:aws:iam::123456789012:user/nobody',
  'arn:aws:iam::999988887777:role/nobody',
  'AROAAAAAAAAAAAAAAAAAA',
])('policies cannot name %s, which does not exist', async (nobody) => {
  const message = `Invalid principal in policy: "AWS":"${nobody}"`;
  const role = iam.createRole({ RoleName: 'trusting', AssumeRolePolicyDocument: trusting(nobody) });
  expect(await failureOf(role)).toMatchObject({ name: 'MalformedPolicyDocumentException', message });
  const { RoleName } = await create(`changed-${nobody.replaceAll(/\W/g, '-')}`);
  const update = iam.updateAssumeRolePolicy({ RoleName, PolicyDocument: trusting(nobody) });
  expect(await failureOf(update)).toMatchObject({ name: 'MalformedPolicyDocumentException', message });
  const SecretId = `secret-${RoleName}`;
  await secrets.createSecret({ Name: SecretId, SecretString: 's' });
  const put = secrets.putResourcePolicy({ SecretId, ResourcePolicy: reading(nobody) });
  expect((await failureOf(put)).name).toBe('MalformedPolicyDocumentException');
  const repositoryName = `r-${RoleName!.toLowerCase()}`;
  await ecr.createRepository({ repositoryName });
  const policyText = policy({ Effect: 'Allow', Principal: { AWS: nobody }, Action: 'ecr:*' });
  expect((await failureOf(ecr.setRepositoryPolicy({ repositoryName, policyText }))).name).toBe('InvalidParameterException');
});

test('a role made again is not the one that a trust policy names, which shows the unique id instead', async () => {
  const first = await create('trusted');
  const trust = trusting(first.Arn!);
  const { Role: target } = await iam.createRole({ RoleName: 'target', AssumeRolePolicyDocument: trust });
  const shown = async () => decodeURIComponent((await iam.getRole({ RoleName: 'target' })).Role!.AssumeRolePolicyDocument!);
  const grant = { RoleName: 'trusted', PolicyName: 'p', PolicyDocument: policy({ Effect: 'Allow', Action: '*', Resource: '*' }) };
  await iam.putRolePolicy(grant);
  const enter = async () => (await sessionOf(first.Arn!)).sts.assumeRole({ RoleArn: target!.Arn, RoleSessionName: 'session' });
  expect(await enter()).toHaveProperty('Credentials');
  expect(await shown()).toBe(trust);
  await iam.deleteRolePolicy(grant);
  await iam.deleteRole(grant);
  expect(await shown()).toBe(trusting(first.RoleId!));
  await create('trusted');
  await iam.putRolePolicy(grant);
  expect((await failureOf(enter())).name).toBe('AccessDenied');
  await iam.updateAssumeRolePolicy({ RoleName: 'target', PolicyDocument: trust });
  expect(await enter()).toHaveProperty('Credentials');
});

test('a role made again is not the one that the policy of a secret names', async () => {
  const first = await create('reader');
  const { ARN: SecretId } = await secrets.createSecret({ Name: 'read', SecretString: 's' });
  const ResourcePolicy = reading(first.Arn!);
  await secrets.putResourcePolicy({ SecretId, ResourcePolicy });
  const read = async () => (await sessionOf(first.Arn!)).secrets.getSecretValue({ SecretId });
  expect(await read()).toMatchObject({ SecretString: 's' });
  expect((await secrets.getResourcePolicy({ SecretId })).ResourcePolicy).toBe(ResourcePolicy);
  await iam.deleteRole({ RoleName: 'reader' });
  await create('reader');
  expect((await failureOf(read())).name).toBe('AccessDeniedException');
  expect((await secrets.getResourcePolicy({ SecretId })).ResourcePolicy).toBe(reading(first.RoleId!));
});

test('credentials of a role that is gone do not have the rights of another one of its name', async () => {
  const grant = { RoleName: 'twice', PolicyName: 'p', PolicyDocument: policy({ Effect: 'Allow', Action: 'iam:*', Resource: '*' }) };
  const { Arn } = await create('twice');
  await iam.putRolePolicy(grant);
  const old = await sessionOf(Arn!);
  expect(await old.iam.listRoles()).toHaveProperty('Roles');
  await iam.deleteRolePolicy(grant);
  await iam.deleteRole(grant);
  await create('twice');
  await iam.putRolePolicy(grant);
  expect((await failureOf(old.iam.listRoles())).name).toBe('AccessDenied');
  expect(await (await sessionOf(Arn!)).iam.listRoles()).toHaveProperty('Roles');
});
