import * as commands from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../../start-emulator.ts';
import { clientsOf, failureOf } from '../../../test/clients.ts';
import { assume, makeRole, statement } from '../../../test/role-fixture.ts';

let emulator: Emulator;
let clients: ReturnType<typeof clientsOf>;
let iam: commands.IAM;
let account: string;
/** Actions that were asked about, the latest last. */
const decisions: string[] = [];

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, onAccess: ({ action }) => decisions.push(action) });
  clients = clientsOf(emulator);
  const { endpoint, region, accessKeyId, secretAccessKey } = emulator;
  iam = new commands.IAM({ endpoint, region, credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 });
  account = emulator.accountId;
});
afterAll(() => emulator.stop());

const text = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const GET = 's3:GetObject';
const ONE = 'arn:aws:s3:::bucket/one';
const TWO = 'arn:aws:s3:::bucket/two';
const deny = (Action: string, Resource = '*') => ({ ...statement(Action, Resource), Effect: 'Deny' });

async function custom(policies: object[][], input: Partial<commands.SimulateCustomPolicyCommandInput> = {}) {
  const PolicyInputList = policies.map((statements) => text(...statements));
  const { EvaluationResults: results = [] } = await iam.simulateCustomPolicy({ PolicyInputList, ActionNames: [GET], ...input });
  return results[0]!;
}

describe('SimulateCustomPolicy', () => {
  test('leaves others their turn, however much it is asked', async () => {
    const resource = (index: number) => `arn:aws:s3:::bucket/${index}/\${aws:username}*`;
    const policies = [
      [
        statement(GET),
        statement(
          's3:*',
          Array.from({ length: 400 }, (_, index) => resource(index)),
        ),
      ],
    ];
    const done: string[] = [];
    const simulation = custom(policies, {
      ActionNames: Array.from({ length: 40 }, (_, index) => `s3:Get${index}`),
      ResourceArns: Array.from({ length: 40 }, (_, index) => `arn:aws:s3:::bucket/${index}/object`),
      CallerArn: `arn:aws:iam::${account}:user/${'x'.repeat(60)}`,
    }).then(() => done.push('simulation'));
    // Sent when the simulation is under way already.
    await expect.poll(() => decisions).toContain('iam:SimulateCustomPolicy');
    await iam.listRoles({}).then(() => done.push('others'));
    await simulation;
    expect(done).toEqual(['others', 'simulation']);
  });

  test.each<[string, object[][], string, string[]]>([
    ['no statement fits', [[statement('s3:PutObject')]], 'implicitDeny', []],
    [
      'some allow',
      [[statement('s3:Get*')], [statement(GET), statement('s3:*')]],
      'allowed',
      ['PolicyInputList.1', 'PolicyInputList.2', 'PolicyInputList.2'],
    ],
    ['one denies', [[statement('*')], [deny(GET)]], 'explicitDeny', ['PolicyInputList.2']],
  ])('decides, and names the statements that did: %s', async (_, policies, decision, sources) => {
    const result = await custom(policies);
    expect(result).toMatchObject({
      EvalActionName: GET,
      EvalResourceName: 'arn:${Partition}:s3:::${BucketName}/${ObjectName}',
      EvalDecision: decision,
    });
    expect(result.MatchedStatements?.map(({ SourcePolicyId }) => SourcePolicyId)).toEqual(sources);
    expect(result.ResourceSpecificResults ?? []).toEqual([]);
  });

  test('says where in the policy the statement is', async () => {
    const PolicyInputList = [JSON.stringify({ Version: '2012-10-17', Statement: [statement('s3:Put*'), statement(GET)] }, null, 1)];
    const { EvaluationResults } = await iam.simulateCustomPolicy({ PolicyInputList, ActionNames: [GET] });
    expect(EvaluationResults?.[0]?.MatchedStatements).toEqual([
      {
        SourcePolicyId: 'PolicyInputList.1',
        SourcePolicyType: 'IAM Policy',
        StartPosition: { Line: 8, Column: 4 },
        EndPosition: { Line: 13, Column: 4 },
      },
    ]);
  });

  test('decides each resource by itself; the action gets the strictest of these decisions', async () => {
    const allowedOne = await custom([[statement(GET, ONE)]], { ResourceArns: [ONE, TWO] });
    expect(allowedOne).toMatchObject({
      EvalDecision: 'implicitDeny',
      MatchedStatements: [],
      ResourceSpecificResults: [
        { EvalResourceName: ONE, EvalResourceDecision: 'allowed', MatchedStatements: [{ SourcePolicyId: 'PolicyInputList.1' }] },
        { EvalResourceName: TWO, EvalResourceDecision: 'implicitDeny', MatchedStatements: [] },
      ],
    });
    expect((await custom([[statement(GET, ONE), deny(GET, TWO)]], { ResourceArns: [ONE, TWO] })).EvalDecision).toBe('explicitDeny');
    expect((await custom([[statement(GET)]], { ResourceArns: [ONE, TWO] })).EvalDecision).toBe('allowed');
    const known = await custom([[statement('*')]], { ActionNames: ['iam:GetRole'] });
    expect(known.EvalResourceName).toBe('arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}');
  });

  test('knows only the condition keys that it is given, and says which it lacks', async () => {
    const conditional = {
      ...statement(GET),
      Condition: { StringEquals: { 's3:ExistingObjectTag/team': 'a' }, Bool: { 'aws:SecureTransport': 'true' } },
    };
    const missing = async (entries: commands.ContextEntry[]) => {
      const result = await custom([[conditional]], { ContextEntries: entries, ResourceArns: [ONE] });
      expect(result.ResourceSpecificResults?.[0]?.MissingContextValues).toEqual(result.MissingContextValues);
      return [result.EvalDecision, result.MissingContextValues];
    };
    const tag = (...values: string[]) => ({
      ContextKeyName: 'S3:existingObjectTag/team',
      ContextKeyType: 'string' as const,
      ContextKeyValues: values,
    });
    const secure = { ContextKeyName: 'aws:SecureTransport', ContextKeyType: 'boolean' as const, ContextKeyValues: ['true'] };
    expect(await missing([])).toEqual(['implicitDeny', ['s3:ExistingObjectTag/team', 'aws:SecureTransport']]);
    expect(await missing([tag('a')])).toEqual(['implicitDeny', ['aws:SecureTransport']]);
    expect(await missing([tag('a'), secure])).toEqual(['allowed', []]);
    expect(await missing([tag('b'), secure])).toEqual(['implicitDeny', []]);
    const time = { ...statement(GET), Condition: { DateGreaterThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } } };
    const before = { ContextKeyName: 'aws:CurrentTime', ContextKeyType: 'date' as const, ContextKeyValues: ['2019-01-01T00:00:00Z'] };
    expect((await custom([[time]])).EvalDecision).toBe('allowed');
    expect((await custom([[time]], { ContextEntries: [before] })).EvalDecision).toBe('implicitDeny');
    const tags = { ContextKeyName: 'aws:TagKeys', ContextKeyType: 'stringList' as const, ContextKeyValues: ['a', 'b'] };
    const every = { ...statement(GET), Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a'] } } };
    expect((await custom([[every]], { ContextEntries: [tags] })).EvalDecision).toBe('implicitDeny');
  });

  test('minds a permissions boundary, and says whether it allowed', async () => {
    const bounded = (boundary: object) => custom([[statement('s3:*')]], { PermissionsBoundaryPolicyInputList: [text(boundary)] });
    const by = (isAllowed: boolean) => ({ PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: isAllowed } });
    expect(await bounded(statement(GET))).toMatchObject({ EvalDecision: 'allowed', ...by(true) });
    expect(await bounded(statement('s3:PutObject'))).toMatchObject({ EvalDecision: 'implicitDeny', MatchedStatements: [], ...by(false) });
    expect(await bounded(deny('*'))).toMatchObject({ EvalDecision: 'explicitDeny', MatchedStatements: [], ...by(false) });
  });

  test('minds the policy of the resource, in one account and across two', async () => {
    const ann = `arn:aws:iam::${account}:user/ann`;
    const ResourcePolicy = text({ ...statement(GET, ONE), Principal: { AWS: ann } });
    const asked = (policies: object[][], input: Partial<commands.SimulateCustomPolicyCommandInput>) =>
      custom(policies, { ResourceArns: [ONE], ResourcePolicy, ...input });
    const other = 'arn:aws:iam::444455556666:root';
    expect(await asked([[statement('s3:PutObject')]], { CallerArn: ann })).toMatchObject({
      EvalDecision: 'allowed',
      MatchedStatements: [{ SourcePolicyId: 'ResourcePolicy', SourcePolicyType: 'resource' }],
    });
    expect((await asked([[statement('s3:PutObject')]], { CallerArn: ann.replace('ann', 'bob') })).EvalDecision).toBe('implicitDeny');
    expect((await asked([[statement('s3:PutObject')]], { CallerArn: ann, ResourceOwner: other })).EvalDecision).toBe('implicitDeny');
    expect((await asked([[statement(GET)]], { CallerArn: ann, ResourceOwner: other })).EvalDecision).toBe('allowed');
  });

  test('refuses what it cannot simulate', async () => {
    const refusal = (input: object) => failureOf(custom([[statement(GET)]], input));
    for (const input of [
      { ActionNames: ['s3:Get*'] },
      { ActionNames: ['GetObject'] },
      { ResourceArns: ['bucket'] },
      { PolicyInputList: ['{}'] },
      { ResourcePolicy: text(statement(GET)), CallerArn: `arn:aws:iam::${account}:user/ann` },
      { ResourcePolicy: text({ ...statement(GET), Principal: '*' }) },
      { CallerArn: `arn:aws:sts::${account}:assumed-role/role/session` },
      { PermissionsBoundaryPolicyInputList: [text(statement(GET)), text(statement(GET))] },
      { ResourceOwner: 'somebody' },
      { ContextEntries: [{ ContextKeyName: 'aws:username', ContextKeyType: 'string', ContextKeyValues: ['a', 'b'] }] },
    ])
      expect((await refusal(input)).name, JSON.stringify(input)).toBe('InvalidInputException');
    const scps = { OrderedOrganizationPolicyInputList: [{ ServiceControlPolicyInputList: [text(statement('*'))] }] };
    expect((await refusal(scps)).message).toContain("'OrderedOrganizationPolicyInputList' is not implemented");
  });
});

describe('SimulatePrincipalPolicy', () => {
  const simulate = async (role: string, input: Partial<commands.SimulatePrincipalPolicyCommandInput>) => {
    const PolicySourceArn = `arn:aws:iam::${account}:role/${role}`;
    const { EvaluationResults: results = [] } = await iam.simulatePrincipalPolicy({ PolicySourceArn, ActionNames: [GET], ...input });
    return results;
  };

  test('takes all policies of a role, and names each as IAM does', async () => {
    await makeRole(clients, 'sources', { AWS: account }, statement(GET));
    const { Policy } = await iam.createPolicy({ PolicyName: 'own-policy', PolicyDocument: text(statement('s3:*')) });
    await iam.attachRolePolicy({ RoleName: 'sources', PolicyArn: Policy!.Arn });
    await iam.attachRolePolicy({ RoleName: 'sources', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
    const sources = async (input: Partial<commands.SimulatePrincipalPolicyCommandInput>) =>
      (await simulate('sources', input))[0]?.MatchedStatements?.map(({ SourcePolicyId }) => SourcePolicyId);
    expect(await sources({})).toEqual(['role_sources_p', 'own-policy', 'AdministratorAccess']);
    expect(await sources({ PolicyInputList: [text(deny('*'))] })).toEqual(['PolicyInputList.1']);
    await iam.putRolePermissionsBoundary({ RoleName: 'sources', PermissionsBoundary: Policy!.Arn });
    const [s3, list] = await simulate('sources', { ActionNames: [GET, 'iam:ListRoles'] });
    expect([s3?.EvalDecision, list?.EvalDecision]).toEqual(['allowed', 'implicitDeny']);
    expect(list?.PermissionsBoundaryDecisionDetail).toEqual({ AllowedByPermissionsBoundary: false });
    const PermissionsBoundaryPolicyInputList = [text(statement('iam:*'))];
    const [other] = await simulate('sources', { ActionNames: ['iam:ListRoles'], PermissionsBoundaryPolicyInputList });
    expect(other?.EvalDecision).toBe('allowed');
  });

  test.each<[string, object[]]>([
    ['nothing', []],
    ['all', [statement('*')]],
    ['one action', [statement('iam:GetRole')]],
    ['one resource', [statement('iam:*', 'arn:aws:iam::*:role/real-*')]],
    ['another resource', [statement('iam:*', 'arn:aws:iam::*:role/other')]],
    ['all but one', [statement('*'), deny('iam:ListRoleTags')]],
    ['with a key that the role itself has', [{ ...statement('*'), Condition: { ArnLike: { 'aws:PrincipalArn': '*:role/real-*' } } }]],
    ['with a key that it has not', [{ ...statement('*'), Condition: { StringEquals: { 'aws:PrincipalTag/team': 'a' } } }]],
  ])('decides as the real calls of a session are decided: %s', async (name, statements) => {
    const RoleName = `real-${name.replaceAll(' ', '-')}`.slice(0, 64);
    const arn = await makeRole(clients, RoleName, { AWS: account }, ...statements);
    const { iam: session } = await assume(emulator, arn);
    const isDone = async (call: Promise<unknown>) => ((await failureOf(call).catch(() => undefined)) === undefined ? 'allowed' : 'denied');
    const real = [
      await isDone(session.send(new commands.GetRoleCommand({ RoleName }))),
      await isDone(session.send(new commands.ListRoleTagsCommand({ RoleName }))),
    ];
    const results = await simulate(RoleName, { ActionNames: ['iam:GetRole', 'iam:ListRoleTags'], ResourceArns: [arn] });
    expect(results.map(({ EvalDecision }) => (EvalDecision === 'allowed' ? 'allowed' : 'denied'))).toEqual(real);
  });

  test('may simulate another caller with these policies, and the administrator', async () => {
    await makeRole(clients, 'home', { AWS: account }, statement(GET, 'arn:aws:s3:::bucket/${aws:username}'));
    expect((await simulate('home', { ResourceArns: [ONE] }))[0]).toMatchObject({
      EvalDecision: 'implicitDeny',
      MissingContextValues: ['aws:username'],
    });
    const CallerArn = `arn:aws:iam::${account}:user/one`;
    expect((await simulate('home', { ResourceArns: [ONE], CallerArn }))[0]).toMatchObject({
      EvalDecision: 'allowed',
      MissingContextValues: [],
    });
    const PolicySourceArn = `arn:aws:iam::${account}:user/admin`;
    const { EvaluationResults } = await iam.simulatePrincipalPolicy({ PolicySourceArn, ActionNames: ['iam:CreateRole'] });
    expect(EvaluationResults?.[0]).toMatchObject({
      EvalDecision: 'allowed',
      MatchedStatements: [{ SourcePolicyId: 'AdministratorAccess' }],
    });
  });

  test('refuses whom it does not know, and whoever may not simulate that role', async () => {
    const asked = (PolicySourceArn: string) => failureOf(iam.simulatePrincipalPolicy({ PolicySourceArn, ActionNames: [GET] }));
    expect(await asked(`arn:aws:iam::${account}:role/nobody`)).toMatchObject({
      name: 'NoSuchEntityException',
      message: 'The role with name nobody cannot be found.',
    });
    const session = `arn:aws:sts::${account}:assumed-role/home/session`;
    expect(await asked(session)).toMatchObject({
      name: 'InvalidInputException',
      message: `Invalid Entity Arn: ${session} does not clearly define entity type and name.`,
    });
    const own = `arn:aws:iam::${account}:role/curious`;
    await makeRole(clients, 'curious', { AWS: account }, statement('iam:SimulatePrincipalPolicy', own));
    const { iam: curious } = await assume(emulator, own);
    const simulateAs = (PolicySourceArn: string) =>
      curious.send(new commands.SimulatePrincipalPolicyCommand({ PolicySourceArn, ActionNames: [GET] }));
    await simulateAs(own);
    expect((await failureOf(simulateAs(own.replace('curious', 'home')))).message).toMatch(
      /iam:SimulatePrincipalPolicy on resource: arn:aws:iam::\d+:role\/home because/,
    );
  });
});

describe('the keys that policies need', () => {
  const ofUser = statement('dynamodb:*', 'arn:aws:dynamodb:us-west-2:*:table/${aws:username}');
  const inTime = { ...statement('*'), Condition: { DateGreaterThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } } };
  const noTag = { ...deny('*'), Condition: { Null: { 'AWS:currenttime': 'true' }, StringEquals: { 'aws:RequestTag/team': 'a' } } };

  test('are named once each, of conditions and variables, allowed or denied', async () => {
    const PolicyInputList = [text(ofUser, inTime), text(noTag), text(statement('s3:*'))];
    const { ContextKeyNames } = await iam.getContextKeysForCustomPolicy({ PolicyInputList });
    expect(ContextKeyNames).toEqual(['aws:username', 'aws:CurrentTime', 'aws:RequestTag/team']);
    expect((await iam.getContextKeysForCustomPolicy({ PolicyInputList: [text(statement('*'))] })).ContextKeyNames).toEqual([]);
    expect(await failureOf(iam.getContextKeysForCustomPolicy({ PolicyInputList: ['{'] }))).toMatchObject({
      name: 'InvalidInputException',
      message: expect.stringMatching(/^PolicyInputList\.1: /),
    });
  });

  test('are those of the policies that a role has, and of more that the request brings', async () => {
    await makeRole(clients, 'keyed', { AWS: account }, ofUser);
    const PolicySourceArn = `arn:aws:iam::${account}:role/keyed`;
    expect((await iam.getContextKeysForPrincipalPolicy({ PolicySourceArn })).ContextKeyNames).toEqual(['aws:username']);
    expect((await iam.getContextKeysForPrincipalPolicy({ PolicySourceArn, PolicyInputList: [text(inTime)] })).ContextKeyNames).toEqual([
      'aws:username',
      'aws:CurrentTime',
    ]);
    const nobody = PolicySourceArn.replace('keyed', 'nobody');
    expect((await failureOf(iam.getContextKeysForPrincipalPolicy({ PolicySourceArn: nobody }))).name).toBe('NoSuchEntityException');
    const { iam: poor } = await assume(emulator, PolicySourceArn);
    expect((await failureOf(poor.send(new commands.GetContextKeysForPrincipalPolicyCommand({ PolicySourceArn })))).message).toMatch(
      /iam:GetContextKeysForPrincipalPolicy on resource: arn:aws:iam::\d+:role\/keyed because/,
    );
  });
});
