import { IAM } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../start-emulator.ts';
import { failureOf } from '../../test/clients.ts';

// What AWS answered when public test suites were recorded against it.
let emulator: Emulator;
let iam: IAM;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true });
  const { endpoint, region, accessKeyId, secretAccessKey } = emulator;
  iam = new IAM({ endpoint, region, credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 });
});
afterAll(() => emulator.stop());

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
});
const identity = JSON.stringify({ Version: '2012-10-17', Statement: { Sid: '', Effect: 'Allow', Action: 's3:PutObject', Resource: '*' } });

test('CreateRole repeats neither description nor duration, GetRole both, and when the role was last used', async () => {
  const { Role: created } = await iam.createRole({ RoleName: 'shown', AssumeRolePolicyDocument: trust, Description: 'what for' });
  expect(Object.keys(created!).toSorted()).toEqual(['Arn', 'AssumeRolePolicyDocument', 'CreateDate', 'Path', 'RoleId', 'RoleName']);
  const { Role: read } = await iam.getRole({ RoleName: 'shown' });
  expect(read).toMatchObject({ Description: 'what for', MaxSessionDuration: 3600, RoleLastUsed: {} });
});

test('CreatePolicy does not repeat the description, GetPolicy says that there are no tags', async () => {
  const { Policy: created } = await iam.createPolicy({ PolicyName: 'shown', PolicyDocument: identity, Description: 'what for' });
  expect(created).not.toHaveProperty('Description');
  expect((await iam.getPolicy({ PolicyArn: created!.Arn })).Policy).toMatchObject({ Description: 'what for', Tags: [] });
});

test('broken JSON is called so, and not said where', async () => {
  const call = iam.createRole({ RoleName: 'broken', AssumeRolePolicyDocument: '{"Version": "2012-10-17",}' });
  expect(await failureOf(call)).toMatchObject({ name: 'MalformedPolicyDocumentException', message: 'This policy contains invalid Json' });
});

test('a simulation with one resource names it, and tells where the parser stood', async () => {
  const { Role: role } = await iam.createRole({ RoleName: 'simulated', AssumeRolePolicyDocument: trust });
  // As Python writes JSON: with a space behind each comma and colon.
  const PolicyDocument = identity.replaceAll('":', '": ').replaceAll(',"', ', "');
  await iam.putRolePolicy({ RoleName: 'simulated', PolicyName: 'p', PolicyDocument });
  const ResourceArns = ['arn:aws:s3:::bucket'];
  const PolicySourceArn = role!.Arn;
  const { EvaluationResults } = await iam.simulatePrincipalPolicy({ PolicySourceArn, ActionNames: ['s3:PutObject'], ResourceArns });
  expect(EvaluationResults?.[0]).toMatchObject({
    EvalResourceName: 'arn:aws:s3:::bucket',
    EvalDecision: 'allowed',
    EvalDecisionDetails: {},
  });
  expect(EvaluationResults?.[0]?.MatchedStatements?.[0]).toMatchObject({
    StartPosition: { Line: 1, Column: 41 },
    EndPosition: { Line: 1, Column: 113 },
  });
});

test("AWS's policy AWSLambdaExecute can be attached", async () => {
  const PolicyArn = 'arn:aws:iam::aws:policy/AWSLambdaExecute';
  await iam.createRole({ RoleName: 'executing', AssumeRolePolicyDocument: trust });
  await iam.attachRolePolicy({ RoleName: 'executing', PolicyArn });
  expect((await iam.listAttachedRolePolicies({ RoleName: 'executing' })).AttachedPolicies).toEqual([
    { PolicyName: 'AWSLambdaExecute', PolicyArn },
  ]);
});
