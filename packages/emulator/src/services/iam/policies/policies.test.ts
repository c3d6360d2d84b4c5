import * as commands from '@aws-sdk/client-iam';
import { AssumeRoleCommand, type AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../../start-emulator.ts';
import { clientsOf, failureOf } from '../../../test/clients.ts';
import { assume, makeRole, statement } from '../../../test/role-fixture.ts';

const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess';

let emulator: Emulator;
let clients: ReturnType<typeof clientsOf>;
let iam: commands.IAM;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true });
  clients = clientsOf(emulator);
  iam = clientOf(emulator);
});
afterAll(() => emulator.stop());

const clientOf = ({ endpoint, region, ...credentials }: Pick<Emulator, 'endpoint' | 'region' | 'accessKeyId' | 'secretAccessKey'>) =>
  new commands.IAM({ endpoint, region, credentials, maxAttempts: 1 });
const text = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const create = async (PolicyName: string, ...Statement: object[]) =>
  (await iam.createPolicy({ PolicyName, PolicyDocument: text(...Statement) })).Policy!.Arn!;

const may = async (call: Promise<unknown>) => (await failureOf(call).catch(() => undefined)) === undefined;

/** A role without permissions, and what a session of it may do at this moment. */
async function makeWorker(name: string) {
  const arn = await makeRole(clients, name, { AWS: emulator.accountId });
  const session = await assume(emulator, arn);
  return {
    list: () => may(session.iam.send(new commands.ListRolesCommand({}))),
    read: () => may(session.iam.send(new commands.GetRoleCommand({ RoleName: name }))),
  };
}

describe('a customer managed policy', () => {
  test('is created, read, tagged, listed and deleted as the official client expects', async () => {
    const PolicyDocument = text(statement('s3:GetObject'));
    const created = await iam.createPolicy({
      PolicyName: 'Life',
      Path: '/team/a/',
      PolicyDocument,
      Description: 'for <tests>',
      Tags: [{ Key: 'team', Value: 'a' }],
    });
    const PolicyArn = `arn:aws:iam::${emulator.accountId}:policy/team/a/Life`;
    const described = {
      Arn: PolicyArn,
      PolicyName: 'Life',
      Path: '/team/a/',
      DefaultVersionId: 'v1',
      AttachmentCount: 0,
      IsAttachable: true,
    };
    expect(created.Policy).toMatchObject({ ...described, Tags: [{ Key: 'team', Value: 'a' }] });
    expect(created.Policy?.PolicyId).toMatch(/^ANPA[A-Z2-7]{17}$/);
    await iam.tagPolicy({ PolicyArn, Tags: [{ Key: 'run', Value: '1' }] });
    await iam.untagPolicy({ PolicyArn, TagKeys: ['team'] });
    expect((await iam.listPolicyTags({ PolicyArn })).Tags).toEqual([{ Key: 'run', Value: '1' }]);
    const { Policy: read } = await iam.getPolicy({ PolicyArn });
    expect(read).toMatchObject({ ...described, Description: 'for <tests>', PermissionsBoundaryUsageCount: 0 });
    expect(read?.CreateDate).toBeInstanceOf(Date);
    const { PolicyVersion: version } = await iam.getPolicyVersion({ PolicyArn, VersionId: 'v1' });
    expect(version).toMatchObject({ VersionId: 'v1', IsDefaultVersion: true });
    expect(decodeURIComponent(version?.Document ?? '')).toBe(PolicyDocument);
    const listed = (await iam.listPolicies({ Scope: 'Local', PathPrefix: '/team/' })).Policies;
    expect(listed).toMatchObject([described]);
    expect(listed?.[0]).not.toHaveProperty('Description');
    expect(emulator.inventory()).toContainEqual(
      expect.objectContaining({ type: 'iam:policy', id: 'Life', arn: PolicyArn, region: 'global' }),
    );
    await iam.deletePolicy({ PolicyArn });
    expect(await failureOf(iam.getPolicy({ PolicyArn }))).toMatchObject({
      name: 'NoSuchEntityException',
      message: `Policy ${PolicyArn} was not found.`,
    });
  });

  test('decides for the sessions of a role from the moment it is attached until it is detached', async () => {
    const { list, read } = await makeWorker('attached');
    const PolicyArn = await create('for-attached', statement('iam:ListRoles'));
    expect(await list()).toBe(false);
    await iam.attachRolePolicy({ RoleName: 'attached', PolicyArn });
    expect([await list(), await read()]).toEqual([true, false]);
    expect((await iam.listAttachedRolePolicies({ RoleName: 'attached' })).AttachedPolicies).toEqual([
      { PolicyArn, PolicyName: 'for-attached' },
    ]);
    expect((await iam.listAttachedRolePolicies({ RoleName: 'attached', PathPrefix: '/other/' })).AttachedPolicies).toEqual([]);
    expect((await iam.getPolicy({ PolicyArn })).Policy?.AttachmentCount).toBe(1);
    for (const refused of [iam.deletePolicy({ PolicyArn }), iam.deleteRole({ RoleName: 'attached' })])
      expect(await failureOf(refused)).toMatchObject({
        name: 'DeleteConflictException',
        message: expect.stringMatching(/^Cannot delete (a policy attached to entities|entity, must detach all policies first)\.$/),
      });
    await iam.detachRolePolicy({ RoleName: 'attached', PolicyArn });
    expect(await list()).toBe(false);
    await iam.deleteRole({ RoleName: 'attached' });
    await iam.deletePolicy({ PolicyArn });
  });

  test('has versions, of which the default one decides, and a change of that at once', async () => {
    const { list, read } = await makeWorker('versions');
    const PolicyArn = await create('for-versions', statement('iam:ListRoles'));
    await iam.attachRolePolicy({ RoleName: 'versions', PolicyArn });
    const PolicyDocument = text(statement('iam:GetRole'));
    expect((await iam.createPolicyVersion({ PolicyArn, PolicyDocument })).PolicyVersion).toMatchObject({
      VersionId: 'v2',
      IsDefaultVersion: false,
    });
    expect([await list(), await read()]).toEqual([true, false]);
    await iam.setDefaultPolicyVersion({ PolicyArn, VersionId: 'v2' });
    expect([await list(), await read()]).toEqual([false, true]);
    await iam.createPolicyVersion({ PolicyArn, PolicyDocument: text(statement('iam:*')), SetAsDefault: true });
    expect([await list(), await read()]).toEqual([true, true]);
    expect((await iam.getPolicy({ PolicyArn })).Policy?.DefaultVersionId).toBe('v3');
    expect(await failureOf(iam.setDefaultPolicyVersion({ PolicyArn, VersionId: 'v9' }))).toBeInstanceOf(commands.NoSuchEntityException);
  });

  test('has at most five versions, whose numbers do not come again, and goes only with the last of them', async () => {
    const PolicyArn = await create('five', statement('s3:*'));
    const add = () => iam.createPolicyVersion({ PolicyArn, PolicyDocument: text(statement('s3:*')) });
    for (let version = 2; version <= 5; version += 1) await add();
    expect(await failureOf(add())).toMatchObject({
      name: 'LimitExceededException',
      message: 'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
    });
    expect(await failureOf(iam.deletePolicyVersion({ PolicyArn, VersionId: 'v1' }))).toMatchObject({
      name: 'DeleteConflictException',
      message: 'Cannot delete the default version of a policy.',
    });
    await iam.deletePolicyVersion({ PolicyArn, VersionId: 'v5' });
    expect((await add()).PolicyVersion?.VersionId).toBe('v6');
    const versions = (await iam.listPolicyVersions({ PolicyArn })).Versions;
    expect(versions?.map(({ VersionId }) => VersionId)).toEqual(['v6', 'v4', 'v3', 'v2', 'v1']);
    expect((await failureOf(iam.deletePolicy({ PolicyArn }))).message).toContain('more than one version');
    for (const VersionId of ['v2', 'v3', 'v4', 'v6']) await iam.deletePolicyVersion({ PolicyArn, VersionId });
    await iam.deletePolicy({ PolicyArn });
  });

  test('limits as a permissions boundary, which is no attachment and yet keeps it from being deleted', async () => {
    const { list, read } = await makeWorker('bounded');
    await iam.attachRolePolicy({ RoleName: 'bounded', PolicyArn: ADMINISTRATOR });
    const PolicyArn = await create('boundary', statement('iam:ListRoles'));
    expect([await list(), await read()]).toEqual([true, true]);
    await iam.putRolePermissionsBoundary({ RoleName: 'bounded', PermissionsBoundary: PolicyArn });
    expect([await list(), await read()]).toEqual([true, false]);
    await iam.createPolicyVersion({ PolicyArn, PolicyDocument: text(statement('iam:GetRole')), SetAsDefault: true });
    expect([await list(), await read()]).toEqual([false, true]);
    expect((await iam.getPolicy({ PolicyArn })).Policy).toMatchObject({ AttachmentCount: 0, PermissionsBoundaryUsageCount: 1 });
    const entities = async (PolicyUsageFilter: 'PermissionsPolicy' | 'PermissionsBoundary') =>
      (await iam.listEntitiesForPolicy({ PolicyArn, PolicyUsageFilter })).PolicyRoles?.map(({ RoleName }) => RoleName);
    expect([await entities('PermissionsPolicy'), await entities('PermissionsBoundary')]).toEqual([[], ['bounded']]);
    expect((await iam.listEntitiesForPolicy({ PolicyArn, EntityFilter: 'User' })).PolicyRoles).toEqual([]);
    await iam.deletePolicyVersion({ PolicyArn, VersionId: 'v1' });
    expect((await failureOf(iam.deletePolicy({ PolicyArn }))).message).toBe('Cannot delete a policy attached to entities.');
    await iam.deleteRolePermissionsBoundary({ RoleName: 'bounded' });
    await iam.deletePolicy({ PolicyArn });
    const born = {
      RoleName: 'born-bounded',
      AssumeRolePolicyDocument: text({ ...statement('sts:AssumeRole'), Resource: undefined, Principal: '*' }),
    };
    expect((await failureOf(iam.createRole({ ...born, PermissionsBoundary: PolicyArn }))).name).toBe('NoSuchEntityException');
    await iam.createRole({ ...born, PermissionsBoundary: await create('boundary', statement('iam:ListRoles')) });
  });

  test('limits a session that was begun with it, together with a policy of the request', async () => {
    const RoleArn = await makeRole(clients, 'for-sessions', { AWS: emulator.accountId }, statement('iam:*'));
    const arn = await create('session', statement('iam:ListRoles'));
    const begin = async (limits: Partial<AssumeRoleCommandInput>) => {
      const { Credentials: given } = await clients.sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'limited', ...limits }));
      const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '', SessionToken: sessionToken = '' } = given ?? {};
      const { iam: session } = clientsOf({ ...emulator, accessKeyId, secretAccessKey, sessionToken });
      return Promise.all([
        may(session.send(new commands.ListRolesCommand({}))),
        may(session.send(new commands.GetRoleCommand({ RoleName: 'for-sessions' }))),
        may(session.send(new commands.ListRoleTagsCommand({ RoleName: 'for-sessions' }))),
      ]);
    };
    expect(await begin({})).toEqual([true, true, true]);
    expect(await begin({ PolicyArns: [{ arn }] })).toEqual([true, false, false]);
    expect(await begin({ PolicyArns: [{ arn }], Policy: text(statement('iam:GetRole')) })).toEqual([true, true, false]);
    expect(await failureOf(begin({ PolicyArns: [{ arn: `${arn}-not` }] }))).toMatchObject({
      name: 'ValidationError',
      message: `Policy ${arn}-not does not exist or is not attachable.`,
    });
  });

  test('is listed by scope, path and use', async () => {
    const PolicyArn = await create('listed-by-use', statement('s3:*'));
    const names = async (input: commands.ListPoliciesCommandInput) =>
      (await iam.listPolicies(input)).Policies?.map(({ PolicyName }) => PolicyName);
    expect(await names({ Scope: 'AWS' })).toEqual([
      'AWSLambdaExecute',
      'AdministratorAccess',
      'AmazonS3FullAccess',
      'AmazonS3ReadOnlyAccess',
      'BedrockAgentCoreFullAccess',
    ]);
    expect(await names({ Scope: 'Local' })).toContain('listed-by-use');
    expect(await names({})).toEqual(expect.arrayContaining(['AdministratorAccess', 'listed-by-use']));
    expect(await names({ OnlyAttached: true })).not.toContain('listed-by-use');
    await makeWorker('user-of-listed');
    await iam.attachRolePolicy({ RoleName: 'user-of-listed', PolicyArn });
    expect(await names({ OnlyAttached: true, Scope: 'Local' })).toContain('listed-by-use');
    expect(await names({ PolicyUsageFilter: 'PermissionsBoundary' })).not.toContain('listed-by-use');
  });
});

describe('refused is', () => {
  test.each([
    ['a document that is not JSON', 'Allow'],
    ['one with a principal', text({ ...statement('s3:*'), Principal: '*' })],
  ])('%s, in a new policy and in a new version', async (_, PolicyDocument) => {
    expect(await failureOf(iam.createPolicy({ PolicyName: 'malformed', PolicyDocument }))).toBeInstanceOf(
      commands.MalformedPolicyDocumentException,
    );
    const PolicyArn = await create(`well-formed-${PolicyDocument.length}`, statement('s3:*'));
    expect(await failureOf(iam.createPolicyVersion({ PolicyArn, PolicyDocument }))).toBeInstanceOf(
      commands.MalformedPolicyDocumentException,
    );
  });

  test('a document of more than 6,144 characters, white space not counted', async () => {
    const sized = (extra: number) =>
      text(statement('s3:*', `arn:aws:s3:::${'x'.repeat(6144 - text(statement('s3:*', 'arn:aws:s3:::')).length + extra)}`));
    expect(await failureOf(iam.createPolicy({ PolicyName: 'large', PolicyDocument: sized(1) }))).toMatchObject({
      name: 'LimitExceededException',
      message: 'Cannot exceed quota for PolicySize: 6144',
    });
    await iam.createPolicy({ PolicyName: 'large', PolicyDocument: `${sized(0)}${' '.repeat(100)}` });
  });

  test('a name that is taken, in any case and under any path', async () => {
    await create('Taken', statement('s3:*'));
    expect(
      await failureOf(iam.createPolicy({ PolicyName: 'taken', Path: '/other/', PolicyDocument: text(statement('s3:*')) })),
    ).toMatchObject({
      name: 'EntityAlreadyExistsException',
      message: 'A policy called taken already exists. Duplicate names are not allowed.',
    });
  });

  test('an ARN that is none, or that of nothing, or with another path', async () => {
    const worker = 'refusals';
    await makeWorker(worker);
    const arn = await create('pathless', statement('s3:*'));
    const invalid = `arn:aws:iam::${emulator.accountId}:polity/${'y'.repeat(20)}`;
    // Recorded, with two spaces.
    expect(await failureOf(iam.attachRolePolicy({ RoleName: worker, PolicyArn: 'y'.repeat(20) }))).toMatchObject({
      name: 'ValidationError',
      message: 'Invalid ARN:  Could not be parsed!',
    });
    expect(await failureOf(iam.getPolicy({ PolicyArn: invalid }))).toMatchObject({
      name: 'InvalidInputException',
      message: `ARN ${invalid} is not valid.`,
    });
    for (const PolicyArn of [arn.replace('policy/', 'policy/some/'), arn.replace('pathless', 'Pathless')]) {
      expect(await failureOf(iam.getPolicy({ PolicyArn }))).toBeInstanceOf(commands.NoSuchEntityException);
      expect((await failureOf(iam.attachRolePolicy({ RoleName: worker, PolicyArn }))).message).toBe(
        `Policy ${PolicyArn} does not exist or is not attachable.`,
      );
    }
  });

  test("a change of one of AWS's policies, which can be read", async () => {
    const PolicyArn = ADMINISTRATOR;
    const { Policy } = await iam.getPolicy({ PolicyArn });
    expect(Policy).toMatchObject({ Arn: ADMINISTRATOR, Path: '/', DefaultVersionId: 'v1' });
    const { PolicyVersion } = await iam.getPolicyVersion({ PolicyArn, VersionId: 'v1' });
    expect(JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? ''))).toMatchObject({ Statement: [{ Effect: 'Allow', Action: '*' }] });
    for (const refused of [
      iam.deletePolicy({ PolicyArn }),
      iam.createPolicyVersion({ PolicyArn, PolicyDocument: text(statement('s3:*')) }),
    ])
      expect((await failureOf(refused)).name).toBe('AccessDenied');
  });

  test('whoever may not, by the path of the policy', async () => {
    const arn = await makeRole(
      clients,
      'manager',
      { AWS: emulator.accountId },
      statement('iam:CreatePolicy', `arn:aws:iam::${emulator.accountId}:policy/team/*`),
    );
    const { iam: manager } = await assume(emulator, arn);
    const PolicyDocument = text(statement('s3:*'));
    const { Policy } = await manager.send(new commands.CreatePolicyCommand({ PolicyName: 'managed', Path: '/team/', PolicyDocument }));
    const denied = (action: string, on: string) =>
      `User: arn:aws:sts::${emulator.accountId}:assumed-role/manager/test-session is not authorized to perform: iam:${action} on resource: policy ${on} because no identity-based policy allows the iam:${action} action`;
    expect(await failureOf(manager.send(new commands.CreatePolicyCommand({ PolicyName: 'other', PolicyDocument })))).toMatchObject({
      name: 'AccessDenied',
      message: denied('CreatePolicy', 'other'),
    });
    const PolicyArn = Policy!.Arn!;
    expect((await failureOf(manager.send(new commands.GetPolicyCommand({ PolicyArn })))).message).toBe(denied('GetPolicy', PolicyArn));
    expect((await failureOf(manager.send(new commands.ListPoliciesCommand({})))).message).toBe(denied('ListPolicies', 'path /'));
  });

  test('whoever may not, by the tags of the policy and of the role', async () => {
    const Condition = { StringEquals: { 'aws:ResourceTag/team': 'a', 'iam:ResourceTag/team': 'a' } };
    const arn = await makeRole(clients, 'of-team-a', { AWS: emulator.accountId }, { ...statement('iam:*'), Condition });
    const { iam: team } = await assume(emulator, arn);
    const [ours, theirs] = [await create('of-a', statement('s3:*')), await create('of-b', statement('s3:*'))];
    await iam.tagPolicy({ PolicyArn: ours, Tags: [{ Key: 'team', Value: 'a' }] });
    await iam.tagPolicy({ PolicyArn: theirs, Tags: [{ Key: 'team', Value: 'b' }] });
    const del = (PolicyArn: string) => may(team.send(new commands.DeletePolicyCommand({ PolicyArn })));
    expect([await del(theirs), await del(ours)]).toEqual([false, true]);
    const tag = () => may(team.send(new commands.TagRoleCommand({ RoleName: 'of-team-a', Tags: [{ Key: 'run', Value: '1' }] })));
    expect(await tag()).toBe(false);
    await iam.tagRole({ RoleName: 'of-team-a', Tags: [{ Key: 'team', Value: 'a' }] });
    expect(await tag()).toBe(true);
  });

  test('what is of another account: it is not seen, read, attached or deleted', async () => {
    const PolicyArn = await create('of-the-first', statement('s3:*'));
    const answer = await fetch(`${emulator.endpoint}/_emulator/accounts`, {
      method: 'POST',
      headers: { authorization: `Bearer ${emulator.adminToken}` },
      body: '{"accountId":"111122223333"}',
    });
    const key = (await answer.json()) as { accessKeyId: string; secretAccessKey: string };
    const other = clientOf({ endpoint: emulator.endpoint, region: emulator.region, ...key });
    expect((await other.listPolicies({ Scope: 'Local' })).Policies).toEqual([]);
    for (const refused of [other.getPolicy({ PolicyArn }), other.deletePolicy({ PolicyArn })])
      expect((await failureOf(refused)).name).toBe('AccessDenied');
    const AssumeRolePolicyDocument = text({ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' });
    await other.createRole({ RoleName: 'theirs', AssumeRolePolicyDocument });
    for (const refused of [
      other.attachRolePolicy({ RoleName: 'theirs', PolicyArn }),
      other.putRolePermissionsBoundary({ RoleName: 'theirs', PermissionsBoundary: PolicyArn }),
    ])
      expect(await failureOf(refused)).toBeInstanceOf(commands.NoSuchEntityException);
    await other.createPolicy({ PolicyName: 'of-the-first', PolicyDocument: text(statement('iam:*')) });
    const { PolicyVersion } = await iam.getPolicyVersion({ PolicyArn, VersionId: 'v1' });
    expect(decodeURIComponent(PolicyVersion?.Document ?? '')).toBe(text(statement('s3:*')));
  });
});
