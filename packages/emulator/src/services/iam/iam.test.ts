import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  EntityAlreadyExistsException,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListInstanceProfilesForRoleCommand,
  ListRolePoliciesCommand,
  ListRoleTagsCommand,
  ListRolesCommand,
  NoSuchEntityException,
  paginateListRoles,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
  UpdateRoleDescriptionCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../start-emulator.ts';
import { clientsOf, failureOf } from '../../test/clients.ts';

let emulator: Emulator;
let iam: ReturnType<typeof clientsOf>['iam'];
let sts: ReturnType<typeof clientsOf>['sts'];

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true });
  ({ iam, sts } = clientsOf(emulator));
});
afterAll(() => emulator.stop());

const trust = (principal: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }] });
const ACCOUNT_TRUST = trust({ AWS: 'arn:aws:iam::123456789012:root' });
const allow = (action: string, resource = '*') =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: resource }] });

describe('a role', () => {
  test('is created, read, tagged, listed and deleted as the official client expects', async () => {
    const created = await iam.send(
      new CreateRoleCommand({
        RoleName: 'life',
        Path: '/agents/',
        AssumeRolePolicyDocument: ACCOUNT_TRUST,
        Description: 'for <tests> & "more"',
        Tags: [{ Key: 'team', Value: 'a=b' }],
      }),
    );
    expect(created.Role).toMatchObject({ Arn: 'arn:aws:iam::123456789012:role/agents/life', Path: '/agents/', RoleName: 'life' });
    expect(created.Role?.RoleId).toMatch(/^AROA[A-Z2-7]{17}$/);
    const { Role: role } = await iam.send(new GetRoleCommand({ RoleName: 'life' }));
    expect(role?.Description).toBe('for <tests> & "more"');
    expect(role?.CreateDate).toBeInstanceOf(Date);
    expect(JSON.parse(decodeURIComponent(role?.AssumeRolePolicyDocument ?? ''))).toEqual(JSON.parse(ACCOUNT_TRUST));
    await iam.send(new TagRoleCommand({ RoleName: 'life', Tags: [{ Key: 'run', Value: '1' }] }));
    await iam.send(new UntagRoleCommand({ RoleName: 'life', TagKeys: ['team'] }));
    expect((await iam.send(new ListRoleTagsCommand({ RoleName: 'life' }))).Tags).toEqual([{ Key: 'run', Value: '1' }]);
    expect((await iam.send(new ListRolesCommand({ PathPrefix: '/agents/' }))).Roles?.map((item) => item.RoleName)).toEqual(['life']);
    await iam.send(new DeleteRoleCommand({ RoleName: 'life' }));
    expect(await failureOf(iam.send(new GetRoleCommand({ RoleName: 'life' })))).toBeInstanceOf(NoSuchEntityException);
  });

  test('keeps inline policies, and cannot be deleted while it has any', async () => {
    await iam.send(new CreateRoleCommand({ RoleName: 'inline', AssumeRolePolicyDocument: ACCOUNT_TRUST }));
    await iam.send(new PutRolePolicyCommand({ RoleName: 'inline', PolicyName: 'read', PolicyDocument: allow('s3:GetObject') }));
    expect((await iam.send(new ListRolePoliciesCommand({ RoleName: 'inline' }))).PolicyNames).toEqual(['read']);
    const { PolicyDocument: document } = await iam.send(new GetRolePolicyCommand({ RoleName: 'inline', PolicyName: 'read' }));
    expect(decodeURIComponent(document ?? '')).toBe(allow('s3:GetObject'));
    expect(await failureOf(iam.send(new DeleteRoleCommand({ RoleName: 'inline' })))).toMatchObject({
      name: 'DeleteConflictException',
      message: 'Cannot delete entity, must delete policies first.',
    });
    await iam.send(new DeleteRolePolicyCommand({ RoleName: 'inline', PolicyName: 'read' }));
    expect(await failureOf(iam.send(new DeleteRolePolicyCommand({ RoleName: 'inline', PolicyName: 'read' })))).toBeInstanceOf(
      NoSuchEntityException,
    );
    await iam.send(new DeleteRoleCommand({ RoleName: 'inline' }));
  });

  test('takes managed policies that are known, and refuses one that would have no effect', async () => {
    await iam.send(new CreateRoleCommand({ RoleName: 'managed', AssumeRolePolicyDocument: ACCOUNT_TRUST }));
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'managed', PolicyArn }));
    expect((await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: 'managed' }))).AttachedPolicies).toEqual([
      { PolicyArn, PolicyName: 'AdministratorAccess' },
    ]);
    expect(
      await failureOf(iam.send(new AttachRolePolicyCommand({ RoleName: 'managed', PolicyArn: 'arn:aws:iam::aws:policy/NoSuchPolicy' }))),
    ).toBeInstanceOf(NoSuchEntityException);
    await iam.send(new DetachRolePolicyCommand({ RoleName: 'managed', PolicyArn }));
    await iam.send(new DeleteRoleCommand({ RoleName: 'managed' }));
  });

  test('takes a permissions boundary that is known, and refuses one under which it could do nothing', async () => {
    const role = { RoleName: 'bounded', AssumeRolePolicyDocument: ACCOUNT_TRUST };
    const unknown = 'arn:aws:iam::123456789012:policy/nowhere';
    expect(await failureOf(iam.send(new CreateRoleCommand({ ...role, PermissionsBoundary: unknown })))).toMatchObject({
      name: 'NoSuchEntityException',
      message: `Scope ARN: ${unknown} does not exist or is not attachable.`,
    });
    const PermissionsBoundary = 'arn:aws:iam::aws:policy/AdministratorAccess';
    const { Role } = await iam.send(new CreateRoleCommand({ ...role, PermissionsBoundary }));
    expect(Role?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(PermissionsBoundary);
    await iam.send(new DeleteRoleCommand({ RoleName: 'bounded' }));
  });

  test('changes its description, its longest session and its boundary', async () => {
    const RoleName = 'changed';
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: ACCOUNT_TRUST, Description: 'before' }));
    await iam.send(new UpdateRoleCommand({ RoleName, MaxSessionDuration: 7200 }));
    const read = async () => (await iam.send(new GetRoleCommand({ RoleName }))).Role;
    expect(await read()).toMatchObject({ Description: 'before', MaxSessionDuration: 7200 });
    const { Role } = await iam.send(new UpdateRoleDescriptionCommand({ RoleName, Description: 'after' }));
    expect(Role).toMatchObject({ Description: 'after', MaxSessionDuration: 7200 });
    await iam.send(new UpdateRoleCommand({ RoleName, Description: '' }));
    expect(await read()).toMatchObject({ MaxSessionDuration: 3600 });
    const PermissionsBoundary = 'arn:aws:iam::aws:policy/BedrockAgentCoreFullAccess';
    await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }));
    expect((await read())?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(PermissionsBoundary);
    const nowhere = 'arn:aws:iam::aws:policy/NoSuchPolicy';
    expect(await failureOf(iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: nowhere })))).toMatchObject({
      name: 'NoSuchEntityException',
    });
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'all', PolicyDocument: allow('*') }));
    const session = await assume(RoleName);
    expect((await failureOf(session.iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName })))).message).toBe(
      `User: arn:aws:sts::123456789012:assumed-role/${RoleName}/test-session is not authorized to perform: iam:DeleteRolePermissionsBoundary on resource: role ${RoleName} because no permissions boundary allows the iam:DeleteRolePermissionsBoundary action`,
    );
    await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }));
    expect((await read())?.PermissionsBoundary).toBeUndefined();
    await session.iam.send(new UpdateRoleCommand({ RoleName }));
  });

  test('is in no instance profile, and only a role that exists is asked about', async () => {
    const RoleName = 'changed';
    const answer = await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName }));
    expect(answer).toMatchObject({ InstanceProfiles: [], IsTruncated: false });
    expect(await failureOf(iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: 'nobody' })))).toBeInstanceOf(NoSuchEntityException);
    expect((await failureOf(iam.send(new ListInstanceProfilesForRoleCommand({ RoleName, Marker: 'made-up' })))).name).toBe(
      'ValidationError',
    );
  });

  test('may be given policies by somebody who may do so only within a boundary', async () => {
    const Condition = { StringEquals: { 'iam:PermissionsBoundary': 'arn:aws:iam::aws:policy/BedrockAgentCoreFullAccess' } };
    const delegated = { Effect: 'Allow', Action: ['iam:PutRolePolicy', 'iam:PutRolePermissionsBoundary'], Resource: '*', Condition };
    for (const RoleName of ['lead', 'member']) await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: ACCOUNT_TRUST }));
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [delegated] });
    await iam.send(new PutRolePolicyCommand({ RoleName: 'lead', PolicyName: 'delegated', PolicyDocument }));
    const lead = await assume('lead');
    const put = () => lead.iam.send(new PutRolePolicyCommand({ RoleName: 'member', PolicyName: 'p', PolicyDocument: allow('*') }));
    const bound = (name: string) =>
      lead.iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: 'member', PermissionsBoundary: `arn:aws:iam::aws:policy/${name}` }));
    expect((await failureOf(put())).name).toBe('AccessDenied');
    expect((await failureOf(bound('AdministratorAccess'))).name).toBe('AccessDenied');
    await bound('BedrockAgentCoreFullAccess');
    await put();
  });

  test('with a name that is taken is refused', async () => {
    await iam.send(new CreateRoleCommand({ RoleName: 'twice', AssumeRolePolicyDocument: ACCOUNT_TRUST }));
    expect(await failureOf(iam.send(new CreateRoleCommand({ RoleName: 'twice', AssumeRolePolicyDocument: ACCOUNT_TRUST })))).toBeInstanceOf(
      EntityAlreadyExistsException,
    );
  });

  test.each([
    ['not JSON', 'Allow everything'],
    ['no principal', allow('sts:AssumeRole')],
    [
      'an unknown effect',
      JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Maybe', Principal: '*', Action: 'sts:AssumeRole' }] }),
    ],
  ])('whose trust policy has %s is refused', async (_case, document) => {
    expect(await failureOf(iam.send(new CreateRoleCommand({ RoleName: 'bad', AssumeRolePolicyDocument: document })))).toMatchObject({
      name: 'MalformedPolicyDocumentException',
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('whose name breaks the model is refused in the words of AWS', async () => {
    expect(await failureOf(iam.send(new GetRoleCommand({ RoleName: 'no spaces' })))).toMatchObject({
      name: 'ValidationError',
      message:
        "1 validation error detected: Value 'no spaces' at 'roleName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]+",
    });
  });
});

test('roles are listed page by page, none twice and none left out', async () => {
  const names = Array.from({ length: 25 }, (_, index) => `page-${String(index).padStart(2, '0')}`);
  await Promise.all(names.map((RoleName) => iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: ACCOUNT_TRUST }))));
  const seen: string[] = [];
  for await (const page of paginateListRoles({ client: iam, pageSize: 7 }, {}))
    seen.push(...(page.Roles ?? []).map((role) => role.RoleName ?? ''));
  expect(seen.filter((name) => name.startsWith('page-'))).toEqual(names);
  expect(new Set(seen).size).toBe(seen.length);
});

describe('STS', () => {
  test('says who the caller is', async () => {
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: '123456789012',
      Arn: 'arn:aws:iam::123456789012:user/admin',
    });
  });

  test('gives credentials of a role that can do what the role may, and nothing else', async () => {
    await iam.send(new CreateRoleCommand({ RoleName: 'reader', AssumeRolePolicyDocument: ACCOUNT_TRUST }));
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'reader',
        PolicyName: 'p',
        PolicyDocument: allow('iam:GetRole', 'arn:aws:iam::123456789012:role/reader'),
      }),
    );
    const assumed = await assume('reader');
    expect(await assumed.sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Arn: 'arn:aws:sts::123456789012:assumed-role/reader/test-session',
    });
    await assumed.iam.send(new GetRoleCommand({ RoleName: 'reader' }));
    expect(await failureOf(assumed.iam.send(new ListRolesCommand({})))).toMatchObject({
      name: 'AccessDenied',
      message:
        'User: arn:aws:sts::123456789012:assumed-role/reader/test-session is not authorized to perform: iam:ListRoles on resource: arn:aws:iam::123456789012:role/ because no identity-based policy allows the iam:ListRoles action',
    });
    await iam.send(new DeleteRolePolicyCommand({ RoleName: 'reader', PolicyName: 'p' }));
    expect((await failureOf(assumed.iam.send(new GetRoleCommand({ RoleName: 'reader' })))).name).toBe('AccessDenied');
  });

  test('keeps a session within the policy that it was asked for with', async () => {
    await iam.send(new CreateRoleCommand({ RoleName: 'wide', AssumeRolePolicyDocument: ACCOUNT_TRUST }));
    await iam.send(new PutRolePolicyCommand({ RoleName: 'wide', PolicyName: 'p', PolicyDocument: allow('iam:*') }));
    const assumed = await assume('wide', { Policy: allow('iam:GetRole') });
    await assumed.iam.send(new GetRoleCommand({ RoleName: 'wide' }));
    expect((await failureOf(assumed.iam.send(new ListRolesCommand({})))).message).toContain(
      'because no session policy allows the iam:ListRoles action',
    );
  });

  test('refuses a role that trusts somebody else', async () => {
    await iam.send(
      new CreateRoleCommand({ RoleName: 'service-only', AssumeRolePolicyDocument: trust({ Service: 'bedrock-agentcore.amazonaws.com' }) }),
    );
    expect(
      await failureOf(
        sts.send(new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::123456789012:role/service-only', RoleSessionName: 'test-session' })),
      ),
    ).toMatchObject({
      name: 'AccessDenied',
      message:
        'User: arn:aws:iam::123456789012:user/admin is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/service-only because no role trust policy allows the sts:AssumeRole action',
    });
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'service-only', PolicyDocument: ACCOUNT_TRUST }));
    await assume('service-only');
  });
});

async function assume(role: string, extra: { Policy?: string } = {}) {
  const { Credentials: given } = await sts.send(
    new AssumeRoleCommand({ RoleArn: `arn:aws:iam::123456789012:role/${role}`, RoleSessionName: 'test-session', ...extra }),
  );
  return clientsOf({
    ...emulator,
    accessKeyId: given!.AccessKeyId!,
    secretAccessKey: given!.SecretAccessKey!,
    sessionToken: given!.SessionToken!,
  });
}

test('credentials that are not of this emulator are refused', async () => {
  const stranger = clientsOf({ ...emulator, accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' });
  expect(await failureOf(stranger.sts.send(new GetCallerIdentityCommand({})))).toMatchObject({
    name: 'InvalidClientTokenId',
    $metadata: { httpStatusCode: 403 },
  });
  const wrongSecret = clientsOf({ ...emulator, secretAccessKey: 'wrong' });
  expect(await failureOf(wrongSecret.sts.send(new GetCallerIdentityCommand({})))).toMatchObject({
    name: 'SignatureDoesNotMatch',
    $metadata: { httpStatusCode: 403 },
  });
});
