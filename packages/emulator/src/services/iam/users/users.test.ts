import { IAM } from '@aws-sdk/client-iam';
import { STS } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../../start-emulator.ts';
import { failureOf } from '../../../test/clients.ts';

// Documented in the API reference of IAM; the words of errors are reported.
let emulator: Emulator;
let iam: IAM;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true });
  iam = clientOf(IAM, { AccessKeyId: emulator.accessKeyId, SecretAccessKey: emulator.secretAccessKey });
});
afterAll(() => emulator.stop());

function clientOf<Client>(
  Service: new (settings: object) => Client,
  {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
  }: { AccessKeyId?: string | undefined; SecretAccessKey?: string | undefined },
): Client {
  const { endpoint, region } = emulator;
  return new Service({ endpoint, region, credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 });
}

const allow = (Action: string | string[], more: object = {}) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*', ...more }] });

/** A user with an access key. */
async function newUser(UserName: string) {
  const { User } = await iam.createUser({ UserName });
  const { AccessKey } = await iam.createAccessKey({ UserName });
  return { user: User!, key: AccessKey!, iam: clientOf(IAM, AccessKey!), sts: clientOf(STS, AccessKey!) };
}

test('a user calls with a key of its own, may do nothing at first, and what its policies say then', async () => {
  const { user, iam: own, sts } = await newUser('ann');
  expect(user).toMatchObject({ UserName: 'ann', Arn: 'arn:aws:iam::123456789012:user/ann', Path: '/' });
  expect(user.UserId).toMatch(/^AIDA[A-Z2-7]{17}$/);
  expect(await sts.getCallerIdentity()).toMatchObject({ Arn: user.Arn, UserId: user.UserId });
  expect((await failureOf(own.listRoles())).message).toBe(
    `User: ${user.Arn} is not authorized to perform: iam:ListRoles on resource: arn:aws:iam::123456789012:role/ because no identity-based policy allows the iam:ListRoles action`,
  );
  await iam.putUserPolicy({ UserName: 'ann', PolicyName: 'inline', PolicyDocument: allow('iam:ListRoles') });
  expect(await own.listRoles()).toHaveProperty('Roles');
  await iam.deleteUserPolicy({ UserName: 'ann', PolicyName: 'inline' });
  expect((await failureOf(own.listRoles())).name).toBe('AccessDenied');

  const { Policy } = await iam.createPolicy({ PolicyName: 'attached', PolicyDocument: allow(['iam:ListRoles', 'iam:GetUser']) });
  const target = { UserName: 'ann', PolicyArn: Policy!.Arn };
  await iam.attachUserPolicy(target);
  expect(await own.listRoles()).toHaveProperty('Roles');
  expect((await own.getUser()).User?.UserName).toBe('ann');
  expect((await iam.listAttachedUserPolicies({ UserName: 'ann' })).AttachedPolicies).toEqual([
    { PolicyArn: Policy!.Arn, PolicyName: 'attached' },
  ]);
  expect((await iam.listEntitiesForPolicy({ PolicyArn: Policy!.Arn })).PolicyUsers).toEqual([{ UserName: 'ann', UserId: user.UserId }]);
  expect((await failureOf(iam.deletePolicy({ PolicyArn: Policy!.Arn }))).name).toBe('DeleteConflictException');
  await iam.detachUserPolicy(target);
  expect((await failureOf(own.listRoles())).name).toBe('AccessDenied');
});

test('policies of its groups are the user’s as long as it is in them', async () => {
  const { iam: own, user } = await newUser('ben');
  const { Group } = await iam.createGroup({ GroupName: 'readers', Path: '/teams/' });
  expect(Group).toMatchObject({ Arn: 'arn:aws:iam::123456789012:group/teams/readers', GroupId: expect.stringMatching(/^AGPA/) });
  const PolicyDocument = allow('iam:ListRoles', { Condition: { StringEquals: { 'aws:username': 'ben' } } });
  await iam.putGroupPolicy({ GroupName: 'readers', PolicyName: 'inline', PolicyDocument });
  await iam.attachGroupPolicy({ GroupName: 'readers', PolicyArn: 'arn:aws:iam::aws:policy/BedrockAgentCoreFullAccess' });
  await iam.addUserToGroup({ GroupName: 'readers', UserName: 'ben' });
  expect(await own.listRoles()).toHaveProperty('Roles');
  expect((await failureOf(own.listUsers())).name).toBe('AccessDenied');
  expect((await iam.getGroup({ GroupName: 'readers' })).Users?.map(({ UserId }) => UserId)).toEqual([user.UserId]);
  expect((await iam.listGroupsForUser({ UserName: 'ben' })).Groups?.map(({ GroupName }) => GroupName)).toEqual(['readers']);
  for (const call of [iam.deleteGroup({ GroupName: 'readers' }), iam.deleteUser({ UserName: 'ben' })])
    expect((await failureOf(call)).name).toBe('DeleteConflictException');
  await iam.updateGroup({ GroupName: 'readers', NewGroupName: 'listers' });
  expect(await own.listRoles()).toHaveProperty('Roles');
  await iam.removeUserFromGroup({ GroupName: 'listers', UserName: 'ben' });
  expect((await failureOf(own.listRoles())).name).toBe('AccessDenied');
});

test('a boundary limits a user, and its tags are in conditions', async () => {
  const UserName = 'cho';
  const { iam: own } = await newUser(UserName);
  const tagged = { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'a' } } };
  await iam.putUserPolicy({ UserName, PolicyName: 'p', PolicyDocument: allow('iam:List*', tagged) });
  expect((await failureOf(own.listRoles())).name).toBe('AccessDenied');
  await iam.tagUser({ UserName, Tags: [{ Key: 'team', Value: 'a' }] });
  expect(await own.listRoles()).toHaveProperty('Roles');
  const { Policy } = await iam.createPolicy({ PolicyName: 'bounds', PolicyDocument: allow('iam:ListUsers') });
  await iam.putUserPermissionsBoundary({ UserName, PermissionsBoundary: Policy!.Arn });
  expect((await failureOf(own.listRoles())).message).toContain('no permissions boundary allows');
  expect(await own.listUsers()).toHaveProperty('Users');
  await iam.deleteUserPermissionsBoundary({ UserName });
  await iam.untagUser({ UserName, TagKeys: ['team'] });
  expect((await failureOf(own.listUsers())).name).toBe('AccessDenied');
});

test('a key that is inactive or deleted does not sign, two are the most, and another user of the name does not get them', async () => {
  const UserName = 'dee';
  const { key, sts } = await newUser(UserName);
  const AccessKeyId = key.AccessKeyId;
  await iam.createAccessKey({ UserName });
  expect(await failureOf(iam.createAccessKey({ UserName }))).toMatchObject({
    name: 'LimitExceededException',
    message: 'Cannot exceed quota for AccessKeysPerUser: 2',
  });
  await iam.updateAccessKey({ UserName, AccessKeyId, Status: 'Inactive' });
  expect((await failureOf(sts.getCallerIdentity())).name).toBe('InvalidClientTokenId');
  await iam.updateAccessKey({ UserName, AccessKeyId, Status: 'Active' });
  expect((await sts.getCallerIdentity()).Account).toBe('123456789012');
  expect((await failureOf(iam.deleteUser({ UserName }))).message).toBe('Cannot delete entity, must delete access keys first.');
  const { AccessKeyMetadata: keys = [] } = await iam.listAccessKeys({ UserName });
  expect(keys.map((one) => Object.keys(one).toSorted())).toEqual(keys.map(() => ['AccessKeyId', 'CreateDate', 'Status', 'UserName']));
  for (const one of keys) await iam.deleteAccessKey({ UserName, AccessKeyId: one.AccessKeyId });
  expect((await failureOf(sts.getCallerIdentity())).name).toBe('InvalidClientTokenId');
  await iam.deleteUser({ UserName });
  expect((await failureOf(iam.getUser({ UserName }))).message).toBe('The user with name dee cannot be found.');
});

test("the emulator's own user is listed, has its rights, and cannot be changed", async () => {
  expect((await iam.getUser()).User).toMatchObject({ UserName: 'admin', Arn: 'arn:aws:iam::123456789012:user/admin' });
  expect((await iam.listUsers()).Users?.map(({ UserName }) => UserName)).toContain('admin');
  for (const call of [
    iam.deleteUser({ UserName: 'admin' }),
    iam.putUserPolicy({ UserName: 'admin', PolicyName: 'p', PolicyDocument: allow('*') }),
    iam.detachUserPolicy({ UserName: 'admin', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
    iam.updateUser({ UserName: 'admin', NewUserName: 'other' }),
  ])
    expect((await failureOf(call)).name).toBe('AccessDenied');
  expect((await failureOf(iam.createUser({ UserName: 'Admin' }))).name).toBe('EntityAlreadyExistsException');
});

test('an instance profile holds one role, which is not deleted meanwhile', async () => {
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
  });
  for (const RoleName of ['web', 'other']) await iam.createRole({ RoleName, AssumeRolePolicyDocument });
  const InstanceProfileName = 'web-servers';
  const { InstanceProfile } = await iam.createInstanceProfile({ InstanceProfileName, Tags: [{ Key: 'a', Value: '1' }] });
  expect(InstanceProfile).toMatchObject({ Arn: 'arn:aws:iam::123456789012:instance-profile/web-servers', Roles: [] });
  await iam.addRoleToInstanceProfile({ InstanceProfileName, RoleName: 'web' });
  expect((await failureOf(iam.addRoleToInstanceProfile({ InstanceProfileName, RoleName: 'other' }))).name).toBe('LimitExceededException');
  const { InstanceProfiles } = await iam.listInstanceProfilesForRole({ RoleName: 'web' });
  expect(InstanceProfiles?.map(({ Roles }) => Roles?.map(({ RoleName }) => RoleName))).toEqual([['web']]);
  const conflict = 'Cannot delete entity, must remove roles from instance profile first.';
  expect((await failureOf(iam.deleteRole({ RoleName: 'web' }))).message).toBe(conflict);
  expect((await failureOf(iam.deleteInstanceProfile({ InstanceProfileName }))).message).toBe(conflict);
  await iam.removeRoleFromInstanceProfile({ InstanceProfileName, RoleName: 'web' });
  expect((await iam.getInstanceProfile({ InstanceProfileName })).InstanceProfile?.Tags).toEqual([{ Key: 'a', Value: '1' }]);
  await iam.deleteInstanceProfile({ InstanceProfileName });
  await iam.deleteRole({ RoleName: 'web' });
});

test('an identity provider is known by its issuer, with its audiences', async () => {
  const Url = 'https://token.actions.githubusercontent.com';
  const { OpenIDConnectProviderArn } = await iam.createOpenIDConnectProvider({ Url, ClientIDList: ['sts.amazonaws.com'] });
  expect(OpenIDConnectProviderArn).toBe('arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com');
  expect((await failureOf(iam.createOpenIDConnectProvider({ Url }))).message).toBe(`Provider with url ${Url} already exists.`);
  await iam.addClientIDToOpenIDConnectProvider({ OpenIDConnectProviderArn, ClientID: 'two' });
  await iam.removeClientIDFromOpenIDConnectProvider({ OpenIDConnectProviderArn, ClientID: 'sts.amazonaws.com' });
  await iam.tagOpenIDConnectProvider({ OpenIDConnectProviderArn, Tags: [{ Key: 'a', Value: '1' }] });
  expect(await iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn })).toMatchObject({
    Url: 'token.actions.githubusercontent.com',
    ClientIDList: ['two'],
    Tags: [{ Key: 'a', Value: '1' }],
  });
  expect((await iam.listOpenIDConnectProviders()).OpenIDConnectProviderList).toEqual([{ Arn: OpenIDConnectProviderArn }]);
  await iam.deleteOpenIDConnectProvider({ OpenIDConnectProviderArn });
  expect((await failureOf(iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn }))).name).toBe('NoSuchEntityException');
  expect((await failureOf(iam.createOpenIDConnectProvider({ Url: 'http://example.com' }))).name).toBe('InvalidInputException');
});

describe('the account', () => {
  test('has one alias', async () => {
    await iam.createAccountAlias({ AccountAlias: 'first' });
    await iam.createAccountAlias({ AccountAlias: 'second' });
    expect((await iam.listAccountAliases()).AccountAliases).toEqual(['second']);
    expect((await failureOf(iam.deleteAccountAlias({ AccountAlias: 'first' }))).name).toBe('NoSuchEntityException');
    await iam.deleteAccountAlias({ AccountAlias: 'second' });
    expect((await iam.listAccountAliases()).AccountAliases).toEqual([]);
  });

  test('says what is in it', async () => {
    const before = (await iam.getAccountSummary()).SummaryMap!;
    await iam.createUser({ UserName: 'counted' });
    await iam.createGroup({ GroupName: 'counted' });
    const { SummaryMap: after } = await iam.getAccountSummary();
    expect(after).toEqual({ ...before, Users: before.Users! + 1, Groups: before.Groups! + 1 });
  });
});
