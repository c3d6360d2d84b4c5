/**
 * Managed policies, permissions boundaries, and the policy simulator. Sources: the IAM API reference (CreatePolicy, CreatePolicyVersion,
 * SetDefaultPolicyVersion, DeletePolicyVersion, DeletePolicy, AttachRolePolicy, DetachRolePolicy, ListEntitiesForPolicy, PutRolePermissionsBoundary,
 * UpdateRole, ListInstanceProfilesForRole, SimulatePrincipalPolicy, SimulateCustomPolicy, GetContextKeysForCustomPolicy) and the STS API reference
 * (AssumeRole). Texts of messages are not documented, and not asserted.
 */
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DetachRolePolicyCommand,
  GetContextKeysForCustomPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListInstanceProfilesForRoleCommand,
  ListPoliciesCommand,
  ListPolicyVersionsCommand,
  PutRolePermissionsBoundaryCommand,
  SetDefaultPolicyVersionCommand,
  SimulateCustomPolicyCommand,
  SimulatePrincipalPolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { describe, expect } from 'vitest';
import { clientsOf } from './clients.ts';
import { apiReference, documented } from './source.ts';
import { contractSuite, document, failureOf, test } from './suite.ts';
import { deletePolicy } from './sweep.ts';
import { until } from './until.ts';

const suite = contractSuite();
const { iam, sts } = suite.clients;
const account = { AWS: `arn:aws:iam::${suite.accountId}:root` };
const allow = (Action: string | string[], more: object = {}) => ({ Effect: 'Allow', Action, Resource: '*', ...more });
const deny = (Action: string) => ({ ...allow(Action), Effect: 'Deny' });

async function policy(what: string, ...statements: object[]): Promise<string> {
  const created = await iam.send(
    new CreatePolicyCommand({ PolicyName: suite.name(what), PolicyDocument: document(statements), Tags: suite.tagList }),
  );
  const arn = created.Policy!.Arn!;
  suite.undo(() => deletePolicy(iam, arn));
  return arn;
}

describe('a customer managed policy', () => {
  test({
    about: ['iam:CreatePolicy', 'iam:GetPolicy', 'iam:GetPolicyVersion', 'iam:ListPolicies'],
    source: [apiReference('iam:CreatePolicy'), documented('https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html')],
  })('has an ARN, an id and a first version, which is read percent-encoded; a second one of that name is refused', async () => {
    const PolicyName = suite.name('named');
    const arn = await policy('named', allow('s3:GetObject'));
    expect(arn).toBe(`arn:aws:iam::${suite.accountId}:policy/${PolicyName}`);
    const { Policy } = await until(() => iam.send(new GetPolicyCommand({ PolicyArn: arn })));
    expect(Policy).toMatchObject({ PolicyName, Path: '/', DefaultVersionId: 'v1', AttachmentCount: 0, IsAttachable: true });
    expect(Policy!.PolicyId).toMatch(/^ANPA[A-Z0-9]{16,17}$/);
    const { PolicyVersion } = await until(() => iam.send(new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: 'v1' })));
    expect(PolicyVersion).toMatchObject({ VersionId: 'v1', IsDefaultVersion: true, Document: expect.stringMatching(/^%7B/) });
    expect(JSON.parse(decodeURIComponent(PolicyVersion!.Document!))).toMatchObject({ Statement: [{ Action: 's3:GetObject' }] });
    const again = new CreatePolicyCommand({ PolicyName, PolicyDocument: document([allow('s3:*')]) });
    expect(await failureOf(iam.send(again))).toMatchObject({ name: 'EntityAlreadyExistsException', status: 409 });
    await until(async () => {
      const { Policies = [] } = await iam.send(new ListPoliciesCommand({ Scope: 'Local' }));
      expect(Policies.map(({ Arn }) => Arn)).toContain(arn);
    });
  });

  test({
    about: [
      'iam:CreatePolicyVersion',
      'iam:SetDefaultPolicyVersion',
      'iam:ListPolicyVersions',
      'iam:DeletePolicyVersion',
      'iam:DeletePolicy',
    ],
    source: [apiReference('iam:CreatePolicyVersion'), apiReference('iam:DeletePolicyVersion')],
  })('has five versions at most, and none of them is deleted while it is the default one', async () => {
    const PolicyArn = await policy('versions', allow('s3:GetObject'));
    const PolicyDocument = document([allow('s3:PutObject')]);
    for (const VersionId of ['v2', 'v3', 'v4', 'v5']) {
      const { PolicyVersion } = await until(() => iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument })));
      expect(PolicyVersion).toMatchObject({ VersionId, IsDefaultVersion: false });
    }
    expect(await failureOf(iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument })))).toMatchObject({
      name: 'LimitExceededException',
      status: 409,
    });
    await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v3' }));
    await until(async () => {
      const { Versions = [] } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
      expect(Versions.filter(({ IsDefaultVersion }) => IsDefaultVersion).map(({ VersionId }) => VersionId)).toEqual(['v3']);
    });
    for (const refused of [new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v3' }), new DeletePolicyCommand({ PolicyArn })])
      expect(await failureOf(iam.send(refused as DeletePolicyCommand))).toMatchObject({ name: 'DeleteConflictException', status: 409 });
    await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v1' }));
    // Numbers are not used twice.
    const { PolicyVersion } = await until(() =>
      iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true })),
    );
    expect(PolicyVersion).toMatchObject({ VersionId: 'v6', IsDefaultVersion: true });
  });

  test({
    about: [
      'iam:AttachRolePolicy',
      'iam:DetachRolePolicy',
      'iam:ListAttachedRolePolicies',
      'iam:ListEntitiesForPolicy',
      'iam:DeletePolicy',
      'iam:DeleteRole',
    ],
    source: [apiReference('iam:AttachRolePolicy'), apiReference('iam:DeletePolicy')],
  })('decides for the roles that it is attached to, and can neither be deleted then, nor the role', async () => {
    const { name: RoleName, arn: roleArn } = await suite.role('attached', { trust: account });
    const PolicyArn = await policy('attached', allow('iam:GetRole'));
    const attach = new AttachRolePolicyCommand({ RoleName, PolicyArn });
    await until(() => iam.send(attach));
    await iam.send(attach);
    suite.undo(() => iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })).catch(() => undefined));
    const { AttachedPolicies } = await until(() => iam.send(new ListAttachedRolePoliciesCommand({ RoleName })));
    expect(AttachedPolicies).toEqual([{ PolicyName: suite.name('attached'), PolicyArn }]);
    const { PolicyRoles } = await until(() => iam.send(new ListEntitiesForPolicyCommand({ PolicyArn })));
    expect(PolicyRoles).toMatchObject([{ RoleName }]);
    expect(await failureOf(iam.send(new DeletePolicyCommand({ PolicyArn })))).toMatchObject({
      name: 'DeleteConflictException',
      status: 409,
    });
    expect(await failureOf(iam.send(new DeleteRoleCommand({ RoleName })))).toMatchObject({ name: 'DeleteConflictException', status: 409 });

    const { iam: as } = await suite.assume(roleArn);
    await until(() => as.send(new GetRoleCommand({ RoleName })));
    await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
    await until(async () => expect(await failureOf(as.send(new GetRoleCommand({ RoleName })))).toMatchObject({ name: 'AccessDenied' }));
    expect(await failureOf(iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })))).toMatchObject({
      name: 'NoSuchEntityException',
      status: 404,
    });
  });

  test({
    about: ['iam:GetPolicy', 'iam:CreatePolicy'],
    source: [apiReference('iam:GetPolicy'), apiReference('iam:CreatePolicy')],
  })('that does not exist: NoSuchEntity; that is none: MalformedPolicyDocument', async () => {
    const PolicyArn = `arn:aws:iam::${suite.accountId}:policy/${suite.name('nobody')}`;
    expect(await failureOf(iam.send(new GetPolicyCommand({ PolicyArn })))).toMatchObject({ name: 'NoSuchEntityException', status: 404 });
    const broken = new CreatePolicyCommand({ PolicyName: suite.name('broken'), PolicyDocument: '{}' });
    expect(await failureOf(iam.send(broken))).toMatchObject({ name: 'MalformedPolicyDocumentException', status: 400 });
  });
});

describe('what a role is limited by', () => {
  test({
    about: ['iam:PutRolePermissionsBoundary', 'iam:DeleteRolePermissionsBoundary'],
    source: [
      documented('https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html'),
      documented('https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html'),
    ],
  })('its permissions boundary: only what that allows, too, is allowed, until it is taken away', async () => {
    const { name: RoleName, arn } = await suite.role('bounded', { trust: account, policy: [allow('iam:GetRole')] });
    const PermissionsBoundary = await policy('boundary', allow('s3:*'));
    await until(() => iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary })));
    suite.undo(() => iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName })).catch(() => undefined));
    await until(async () => {
      const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
      expect(Role!.PermissionsBoundary?.PermissionsBoundaryArn).toBe(PermissionsBoundary);
    });
    const { iam: as } = await suite.assume(arn);
    await until(async () => {
      const failure = await failureOf(as.send(new GetRoleCommand({ RoleName })));
      expect(failure).toMatchObject({ name: 'AccessDenied', message: expect.stringContaining('no permissions boundary allows') });
    });
    await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }));
    await until(() => as.send(new GetRoleCommand({ RoleName })));
  });

  test({
    about: ['sts:AssumeRole'],
    source: [
      apiReference('sts:AssumeRole'),
      documented('https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html'),
    ],
  })('the managed policies that its session was started with', async () => {
    const { name: RoleName, arn: RoleArn } = await suite.role('session', { trust: account, policy: [allow('iam:*')] });
    const arn = await policy('session', allow('iam:ListRoles'));
    const { Credentials: given } = await until(() =>
      sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'contract', PolicyArns: [{ arn }] })),
    );
    const { iam: as } = clientsOf(suite, {
      accessKeyId: given!.AccessKeyId!,
      secretAccessKey: given!.SecretAccessKey!,
      sessionToken: given!.SessionToken!,
    });
    await until(async () => {
      const failure = await failureOf(as.send(new GetRoleCommand({ RoleName })));
      expect(failure).toMatchObject({ name: 'AccessDenied', message: expect.stringContaining('no session policy allows') });
    });
  });

  test({
    about: ['iam:UpdateRole', 'iam:GetRole', 'iam:ListInstanceProfilesForRole'],
    source: [apiReference('iam:UpdateRole'), apiReference('iam:ListInstanceProfilesForRole')],
  })('UpdateRole changes its longest session and description; it is in no instance profile', async () => {
    const { name: RoleName } = await suite.role('updated', { trust: account });
    await until(() => iam.send(new UpdateRoleCommand({ RoleName, Description: 'changed', MaxSessionDuration: 7200 })));
    await until(async () => {
      const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
      expect(Role).toMatchObject({ Description: 'changed', MaxSessionDuration: 7200 });
    });
    expect((await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName }))).InstanceProfiles).toEqual([]);
  });
});

describe('the policy simulator', () => {
  const ActionNames = ['iam:GetRole', 's3:GetObject', 's3:PutObject'];

  test({
    about: ['iam:SimulatePrincipalPolicy'],
    source: apiReference('iam:SimulatePrincipalPolicy'),
  })('says what a role may, must not, and may not', async () => {
    const { arn: PolicySourceArn } = await suite.role('simulated', { trust: account, policy: [allow('iam:*'), deny('s3:PutObject')] });
    await until(async () => {
      const { EvaluationResults = [] } = await iam.send(new SimulatePrincipalPolicyCommand({ PolicySourceArn, ActionNames }));
      expect(EvaluationResults.map(({ EvalActionName, EvalDecision }) => [EvalActionName, EvalDecision])).toEqual([
        ['iam:GetRole', 'allowed'],
        ['s3:GetObject', 'implicitDeny'],
        ['s3:PutObject', 'explicitDeny'],
      ]);
    });
    const nobody = `arn:aws:iam::${suite.accountId}:role/${suite.name('nobody')}`;
    const unknown = new SimulatePrincipalPolicyCommand({ PolicySourceArn: nobody, ActionNames });
    expect(await failureOf(iam.send(unknown))).toMatchObject({ name: 'NoSuchEntityException', status: 404 });
  });

  test({
    about: ['iam:SimulateCustomPolicy', 'iam:GetContextKeysForCustomPolicy'],
    source: [apiReference('iam:SimulateCustomPolicy'), apiReference('iam:GetContextKeysForCustomPolicy')],
  })('decides with policies that nobody has, and names the values that it lacks', async () => {
    const conditional = allow('s3:GetObject', { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'a' } } });
    const PolicyInputList = [document([conditional])];
    const simulate = async (input: object = {}) => {
      const command = new SimulateCustomPolicyCommand({ PolicyInputList, ActionNames: ['s3:GetObject'], ...input });
      return (await iam.send(command)).EvaluationResults![0]!;
    };
    expect(await simulate()).toMatchObject({ EvalDecision: 'implicitDeny', MissingContextValues: ['aws:PrincipalTag/team'] });
    const entry = { ContextKeyName: 'aws:PrincipalTag/team', ContextKeyType: 'string', ContextKeyValues: ['a'] };
    expect(await simulate({ ContextEntries: [entry] })).toMatchObject({ EvalDecision: 'allowed' });
    const { ContextKeyNames } = await iam.send(new GetContextKeysForCustomPolicyCommand({ PolicyInputList }));
    expect(ContextKeyNames).toEqual(['aws:PrincipalTag/team']);
    expect(await failureOf(simulate({ PolicyInputList: ['{'] }))).toMatchObject({ name: 'InvalidInputException', status: 400 });
  });
});
