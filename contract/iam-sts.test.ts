/**
 * IAM and STS. Sources: the IAM API reference (CreateRole, GetRole, PutRolePolicy, DeleteRole, ListRoles, TagRole), the STS API reference
 * (GetCallerIdentity, AssumeRole) and the "Common errors" pages of both. Texts of messages are not documented; those that are asserted were seen by
 * users of AWS, and stand here so that a change is noticed.
 */
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect } from 'vitest';
import { clientsOf } from './clients.ts';
import { apiReference, believed, documented, recorded } from './source.ts';
import { contractSuite, document, failureOf, test } from './suite.ts';
import { until } from './until.ts';

const suite = contractSuite();
const { iam, sts } = suite.clients;
const account = { AWS: `arn:aws:iam::${suite.accountId}:root` };

describe('a role', () => {
  test({
    about: ['iam:CreateRole', 'iam:GetRole'],
    source: [apiReference('iam:CreateRole'), believed('the texts of its messages are not documented: as users of AWS have shown them')],
  })('CreateRole answers with its ARN and id, and a second one of that name is refused', async () => {
    const RoleName = suite.name('twice');
    await suite.role('twice', { trust: account });
    const { Role } = await until(() => iam.send(new GetRoleCommand({ RoleName })));
    expect(Role).toMatchObject({ RoleName, Path: '/', Arn: `arn:aws:iam::${suite.accountId}:role/${RoleName}`, MaxSessionDuration: 3600 });
    expect(Role!.RoleId).toMatch(/^AROA[A-Z0-9]{16,17}$/);
    expect(Role!.CreateDate).toBeInstanceOf(Date);
    const AssumeRolePolicyDocument = document([{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: account }]);
    expect(await failureOf(iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument })))).toMatchObject({
      name: 'EntityAlreadyExistsException',
      status: 409,
      message: `Role with name ${RoleName} already exists.`,
    });
  });

  test({
    about: ['iam:GetRole', 'iam:GetRolePolicy'],
    source: [apiReference('iam:GetRole'), apiReference('iam:GetRolePolicy')],
  })('GetRole and GetRolePolicy answer documents percent-encoded (RFC 3986)', async () => {
    const { name: RoleName } = await suite.role('encoded', {
      trust: account,
      policy: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
    });
    const { Role } = await until(() => iam.send(new GetRoleCommand({ RoleName })));
    expect(JSON.parse(decodeURIComponent(Role!.AssumeRolePolicyDocument!))).toHaveProperty('Statement');
    expect(Role!.AssumeRolePolicyDocument).toMatch(/^%7B/);
    const { PolicyDocument } = await until(() => iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'contract' })));
    expect(JSON.parse(decodeURIComponent(PolicyDocument!))).toMatchObject({ Statement: [{ Action: 's3:*' }] });
  });

  test({
    about: ['iam:DeleteRole'],
    source: [apiReference('iam:DeleteRole'), believed('the texts of its messages are not documented: as users of AWS have shown them')],
  })('DeleteRole is refused while it has policies', async () => {
    const { name: RoleName } = await suite.role('full', { trust: account, policy: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] });
    expect(await failureOf(iam.send(new DeleteRoleCommand({ RoleName })))).toMatchObject({
      name: 'DeleteConflictException',
      status: 409,
      message: 'Cannot delete entity, must delete policies first.',
    });
  });

  test({
    about: ['iam:GetRole'],
    source: recorded('aws/agentcore-cli@e7449904b', 'src/handlers/gateway/__fixtures__/create/GetRoleCommand.54b6c6ece67ab6d4.json'),
  })('GetRole of one that does not exist: NoSuchEntity', async () => {
    const RoleName = suite.name('nobody');
    expect(await failureOf(iam.send(new GetRoleCommand({ RoleName })))).toMatchObject({
      name: 'NoSuchEntityException',
      status: 404,
      message: `The role with name ${RoleName} cannot be found.`,
    });
  });

  test({
    about: ['iam:GetRole'],
    source: [
      apiReference('iam:GetRole'),
      documented('https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html'),
      recorded('localstack/localstack@8b9a79f05', 'tests/aws/services/iam/test_iam.snapshot.json'),
    ],
  })('a name that is too long: ValidationError, with the constraint in words', async () => {
    const failure = await failureOf(iam.send(new GetRoleCommand({ RoleName: 'x'.repeat(65) })));
    expect(failure).toMatchObject({ name: 'ValidationError', status: 400 });
    expect(failure.message).toContain("at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64");
  });

  test({
    about: ['iam:PutRolePolicy'],
    source: apiReference('iam:PutRolePolicy'),
  }).each([['{'], ['{"Version":"2012-10-17","Statement":[{"Effect":"Perhaps","Action":"*","Resource":"*"}]}'], ['[]']])(
    'PutRolePolicy refuses %s: MalformedPolicyDocument',
    async (PolicyDocument) => {
      const RoleName = suite.name('malformed');
      await until(() => iam.send(new GetRoleCommand({ RoleName })).catch(() => suite.role('malformed', { trust: account })));
      expect(await failureOf(iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'contract', PolicyDocument })))).toMatchObject({
        name: 'MalformedPolicyDocumentException',
        status: 400,
      });
    },
  );

  test({
    about: ['iam:TagRole', 'iam:UntagRole', 'iam:ListRoleTags'],
    source: [apiReference('iam:TagRole'), apiReference('iam:UntagRole')],
  })('TagRole adds and replaces, UntagRole takes away', async () => {
    const { name: RoleName } = await suite.role('tagged', { trust: account });
    await iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key: 'team', Value: 'a' }] }));
    await iam.send(
      new TagRoleCommand({
        RoleName,
        Tags: [
          { Key: 'team', Value: 'b' },
          { Key: 'stage', Value: '' },
        ],
      }),
    );
    await iam.send(new UntagRoleCommand({ RoleName, TagKeys: ['stage'] }));
    await until(async () => {
      const { Tags } = await iam.send(new ListRoleTagsCommand({ RoleName }));
      expect(Tags).toEqual(expect.arrayContaining([...suite.tagList, { Key: 'team', Value: 'b' }]));
      expect(Tags).toHaveLength(2);
    });
  });

  test({
    about: ['iam:ListRoles'],
    source: [apiReference('iam:ListRoles'), believed('the error of a marker that is none is not documented')],
  })('ListRoles pages by Marker, which a made-up one is not', async () => {
    await suite.role('page-1', { trust: account });
    await suite.role('page-2', { trust: account });
    const first = await iam.send(new ListRolesCommand({ MaxItems: 1 }));
    expect(first).toMatchObject({ IsTruncated: true, Roles: [expect.anything()] });
    const second = await iam.send(new ListRolesCommand({ MaxItems: 1, Marker: first.Marker }));
    expect(second.Roles![0]!.RoleName).not.toBe(first.Roles![0]!.RoleName);
    expect(await failureOf(iam.send(new ListRolesCommand({ Marker: 'made-up' })))).toMatchObject({ name: 'ValidationError', status: 400 });
  });
});

describe('STS', () => {
  test({
    about: ['sts:GetCallerIdentity'],
    source: apiReference('sts:GetCallerIdentity'),
  })('GetCallerIdentity needs no permission and names the account', async () => {
    const { arn } = await suite.role('caller', { trust: account });
    const { sts: as } = await suite.assume(arn);
    const { Account, Arn, UserId } = await as.send(new GetCallerIdentityCommand({}));
    expect({ Account, Arn }).toEqual({
      Account: suite.accountId,
      Arn: `arn:aws:sts::${suite.accountId}:assumed-role/${suite.name('caller')}/contract`,
    });
    expect(UserId).toMatch(/^AROA[A-Z0-9]+:contract$/);
  });

  test({
    about: ['sts:AssumeRole'],
    source: documented('https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html'),
  })('AssumeRole of a role that trusts somebody else: AccessDenied, naming action and resource', async () => {
    const { arn: RoleArn } = await suite.role('service', { trust: { Service: 'bedrock-agentcore.amazonaws.com' } });
    const failure = await failureOf(sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'contract' })));
    expect(failure).toMatchObject({ name: 'AccessDenied', status: 403 });
    expect(failure.message).toMatch(/^User: arn:aws:\S+ is not authorized to perform: sts:AssumeRole on resource: /);
    expect(failure.message).toContain(RoleArn);
  });

  test({
    about: ['iam:GetRole'],
    source: documented('https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html'),
  })('what a session may not do is denied with principal, action, resource and the reason', async () => {
    const { arn } = await suite.role('nothing', { trust: account });
    const { iam: as } = await suite.assume(arn);
    const RoleName = suite.name('nothing');
    const failure = await failureOf(as.send(new GetRoleCommand({ RoleName })));
    expect(failure).toMatchObject({
      name: 'AccessDenied',
      status: 403,
      message: `User: arn:aws:sts::${suite.accountId}:assumed-role/${RoleName}/contract is not authorized to perform: iam:GetRole on resource: role ${RoleName} because no identity-based policy allows the iam:GetRole action`,
    });
  });

  test({
    about: ['sts:GetCallerIdentity'],
    source: documented('https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html'),
  })('an access key that does not exist, and one with another secret', async () => {
    const unknown = clientsOf(suite, { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA', secretAccessKey: 'x' });
    expect(await failureOf(unknown.sts.send(new GetCallerIdentityCommand({})))).toMatchObject({
      name: 'InvalidClientTokenId',
      status: 403,
    });
    const { accessKeyId, sessionToken } = await sts.config.credentials();
    const wrong = clientsOf(suite, { accessKeyId, secretAccessKey: 'wrong', ...(sessionToken === undefined ? {} : { sessionToken }) });
    expect(await failureOf(wrong.sts.send(new GetCallerIdentityCommand({})))).toMatchObject({ name: 'SignatureDoesNotMatch', status: 403 });
  });
});
