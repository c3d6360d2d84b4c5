import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteResourcePolicyCommand,
  DeleteSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
  ValidateResourcePolicyCommand,
} from '@aws-sdk/client-secrets-manager';
import { CreateApiKeyCredentialProviderCommand } from '@aws-sdk/client-bedrock-agentcore-control';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../start-emulator.ts';
import { clientsOf, failureOf } from '../../test/clients.ts';
import { assume, makeRole, statement } from '../../test/role-fixture.ts';

const OTHER = '999988887777';
type Clients = ReturnType<typeof clientsOf>;
let emulator: Emulator;
let owner: Clients;
/** The administrator of another account. */
let outside: Clients;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true });
  owner = clientsOf(emulator);
  const answer = await fetch(`${emulator.endpoint}/_emulator/accounts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${emulator.adminToken}` },
    body: JSON.stringify({ accountId: OTHER }),
  });
  outside = clientsOf({ ...emulator, ...((await answer.json()) as { accessKeyId: string; secretAccessKey: string }) });
});
afterAll(() => emulator.stop());

const policy = (Principal: unknown, more: object = {}) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action: 'secretsmanager:GetSecretValue', Resource: '*', ...more }],
  });
const put = (SecretId: string, ResourcePolicy: string, BlockPublicPolicy?: boolean) =>
  owner.secrets.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy, BlockPublicPolicy }));
const read = async ({ secrets }: Clients, SecretId: string) => (await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString;
/** With a key of its own: another account cannot use the default one. */
const create = async (Name: string, KmsKeyId: string | undefined = 'alias/shared') =>
  (await owner.secrets.send(new CreateSecretCommand({ Name, KmsKeyId, SecretString: 'value' }))).ARN!;
const denied = { name: 'AccessDeniedException' };

test('a policy is read back as it was put, and is gone once deleted, or with its secret', async () => {
  const arn = await create('kept');
  const get = async () => (await owner.secrets.send(new GetResourcePolicyCommand({ SecretId: 'kept' }))).ResourcePolicy;
  expect(await get()).toBeUndefined();
  const document = policy({ AWS: OTHER });
  expect(await put('kept', document)).toMatchObject({ ARN: arn, Name: 'kept' });
  expect(await get()).toBe(document);
  await owner.secrets.send(new DeleteResourcePolicyCommand({ SecretId: 'kept' }));
  expect(await get()).toBeUndefined();
  await put('kept', document);
  await owner.secrets.send(new DeleteSecretCommand({ SecretId: 'kept', ForceDeleteWithoutRecovery: true }));
  await create('kept');
  expect(await get()).toBeUndefined();
});

test('another account reads a secret by its ARN if the policy lets it, and as long as it does', async () => {
  const arn = await create('shared');
  expect(await failureOf(read(outside, arn))).toMatchObject(denied);
  await put('shared', policy({ AWS: OTHER }));
  expect(await read(outside, arn)).toBe('value');
  expect(await failureOf(outside.secrets.send(new DeleteSecretCommand({ SecretId: arn })))).toMatchObject(denied);
  expect(await failureOf(read(outside, 'shared'))).toMatchObject({ name: 'ResourceNotFoundException' });
  await owner.secrets.send(new DeleteResourcePolicyCommand({ SecretId: 'shared' }));
  expect(await failureOf(read(outside, arn))).toMatchObject(denied);
});

// Recorded, of both operations.
test.each([undefined, 'alias/aws/secretsmanager'])(
  'no policy lets another account use a secret under the default key (%s)',
  async (key) => {
    const Name = `under-${key?.replaceAll('/', '-')}`;
    const { ARN: SecretId } = await owner.secrets.send(new CreateSecretCommand({ Name, KmsKeyId: key, SecretString: 'value' }));
    await put(SecretId!, policy({ AWS: OTHER }, { Action: 'secretsmanager:*' }));
    const refused = {
      name: 'InvalidRequestException',
      message: "You can't access a secret from a different AWS account if you encrypt the secret with the default KMS service key.",
    };
    expect(await failureOf(read(outside, SecretId!))).toMatchObject(refused);
    expect(await failureOf(outside.secrets.send(new PutSecretValueCommand({ SecretId, SecretString: 'other' })))).toMatchObject(refused);
    expect(await failureOf(outside.secrets.send(new UpdateSecretCommand({ SecretId, SecretString: 'other' })))).toMatchObject(refused);
    const batch = await outside.secrets.send(new BatchGetSecretValueCommand({ SecretIdList: [SecretId!] })).catch(() => undefined);
    expect(batch?.SecretValues ?? []).toEqual([]);
  },
);

test('inside the account a policy allows a role that has nothing, and denies one that has everything', async () => {
  const arn = await create('guarded');
  const trust = { AWS: emulator.accountId };
  const poor = await makeRole(owner, 'poor', trust);
  const rich = await makeRole(owner, 'rich', trust, statement('*'));
  const [nobody, everybody] = [await assume(emulator, poor), await assume(emulator, rich)];
  expect(await failureOf(read(nobody, arn))).toMatchObject(denied);
  await put(arn, policy({ AWS: poor }));
  expect(await read(nobody, arn)).toBe('value');
  expect(await read(everybody, arn)).toBe('value');
  await put(arn, policy({ AWS: rich }, { Effect: 'Deny' }));
  expect(await failureOf(read(everybody, arn))).toMatchObject(denied);
});

test('a public policy is refused where that is asked for, a broken one always', async () => {
  await create('public');
  const validate = async (ResourcePolicy: string) =>
    (await owner.secrets.send(new ValidateResourcePolicyCommand({ ResourcePolicy }))).PolicyValidationPassed;
  const narrowed = { Condition: { StringEquals: { 'aws:PrincipalAccount': OTHER } } };
  const wide = { Condition: { StringLike: { 'aws:PrincipalArn': '*' } } };
  for (const document of [policy('*'), policy({ AWS: '*' }), policy('*', wide)]) {
    expect(await failureOf(put('public', document, true))).toMatchObject({ name: 'PublicPolicyException' });
    expect(await validate(document)).toBe(false);
  }
  for (const document of [policy({ AWS: OTHER }), policy('*', narrowed), policy('*', { Effect: 'Deny' })]) {
    await put('public', document, true);
    expect(await validate(document)).toBe(true);
  }
  await put('public', policy('*'));
  for (const document of ['{', policy(undefined)]) {
    expect(await failureOf(put('public', document))).toMatchObject({ name: 'MalformedPolicyDocumentException' });
    expect(await failureOf(validate(document))).toMatchObject({ name: 'MalformedPolicyDocumentException' });
  }
});

test('what AgentCore Identity owns takes neither a policy nor another stage', async () => {
  const { apiKeySecretArn } = await owner.control.send(new CreateApiKeyCredentialProviderCommand({ name: 'vendor', apiKey: 'sk-vendor' }));
  const SecretId = apiKeySecretArn!.secretArn!;
  const VersionId = (await owner.secrets.send(new GetSecretValueCommand({ SecretId }))).VersionId!;
  for (const call of [
    put(SecretId, policy({ AWS: OTHER })),
    owner.secrets.send(new DeleteResourcePolicyCommand({ SecretId })),
    owner.secrets.send(new UpdateSecretVersionStageCommand({ SecretId, VersionStage: 'blue', MoveToVersionId: VersionId })),
  ]) {
    expect(await failureOf(call)).toMatchObject({ name: 'InvalidRequestException' });
  }
});
