/**
 * Secrets Manager. Sources: its API reference (CreateSecret, GetSecretValue, PutSecretValue, UpdateSecret, DeleteSecret, DescribeSecret, ListSecrets, RestoreSecret,
 * UpdateSecretVersionStage, GetRandomPassword)
 * and the page "What's in a secret" for names, ARNs and staging labels. Texts of messages are not documented.
 */
import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { expect } from 'vitest';
import { apiReference, documented, recorded } from './source.ts';
import { contractSuite, failureOf, test } from './suite.ts';
import { until } from './until.ts';

const suite = contractSuite();
const { secrets } = suite.clients;

async function create(what: string, SecretString = 'first', ClientRequestToken: string = randomUUID()) {
  const Name = suite.name(what);
  const created = await secrets.send(new CreateSecretCommand({ Name, SecretString, ClientRequestToken, Tags: suite.tagList }));
  suite.undo(() => secrets.send(new DeleteSecretCommand({ SecretId: Name, ForceDeleteWithoutRecovery: true })));
  return { Name, ClientRequestToken, ARN: created.ARN!, VersionId: created.VersionId! };
}

test({
  about: ['secretsmanager:CreateSecret', 'secretsmanager:GetSecretValue'],
  source: [
    documented('https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html'),
    documented('https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html'),
  ],
})('an ARN ends in six random characters, and name, ARN and ARN without them all find the secret', async () => {
  const { Name, ARN } = await create('found');
  expect(ARN).toMatch(new RegExp(`^arn:aws:secretsmanager:${suite.region}:${suite.accountId}:secret:${Name}-[A-Za-z0-9]{6}$`));
  for (const SecretId of [Name, ARN, ARN.slice(0, -7)]) {
    const { SecretString } = await until(() => secrets.send(new GetSecretValueCommand({ SecretId })));
    expect(SecretString).toBe('first');
  }
});

test({
  about: ['secretsmanager:PutSecretValue', 'secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
  source: apiReference('secretsmanager:PutSecretValue'),
})('the version that is put becomes AWSCURRENT, the one before AWSPREVIOUS', async () => {
  const { Name: SecretId, VersionId: first } = await create('versions');
  const { VersionId: second } = await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: 'second' }));
  await until(async () => {
    const value = (VersionStage?: string) => secrets.send(new GetSecretValueCommand({ SecretId, VersionStage }));
    expect(await value()).toMatchObject({ SecretString: 'second', VersionId: second, VersionStages: ['AWSCURRENT'] });
    expect(await value('AWSPREVIOUS')).toMatchObject({ SecretString: 'first', VersionId: first });
  });
  const { VersionIdsToStages } = await secrets.send(new DescribeSecretCommand({ SecretId }));
  expect(VersionIdsToStages).toEqual({ [first]: ['AWSPREVIOUS'], [second!]: ['AWSCURRENT'] });
});

test({
  about: ['secretsmanager:CreateSecret', 'secretsmanager:PutSecretValue'],
  source: [apiReference('secretsmanager:CreateSecret'), apiReference('secretsmanager:PutSecretValue')],
})('ClientRequestToken: the same request again changes nothing, another value with it is refused', async () => {
  const { Name, ClientRequestToken, ARN } = await create('again');
  const again = (SecretString: string) =>
    secrets.send(new CreateSecretCommand({ Name, SecretString, ClientRequestToken, Tags: suite.tagList }));
  expect((await again('first')).ARN).toBe(ARN);
  expect(await failureOf(again('other'))).toMatchObject({ name: 'ResourceExistsException', status: 400 });
  const put = (SecretString: string) => secrets.send(new PutSecretValueCommand({ SecretId: Name, SecretString, ClientRequestToken }));
  expect((await put('first')).VersionId).toBe(ClientRequestToken);
  expect(await failureOf(put('other'))).toMatchObject({ name: 'ResourceExistsException', status: 400 });
});

test({
  about: ['secretsmanager:CreateSecret'],
  source: recorded('localstack/localstack@8b9a79f05', 'tests/aws/services/secretsmanager/test_secretsmanager.snapshot.json'),
})('CreateSecret with a name that is taken: ResourceExistsException', async () => {
  const { Name } = await create('taken');
  expect(await failureOf(secrets.send(new CreateSecretCommand({ Name, SecretString: 'x' })))).toMatchObject({
    name: 'ResourceExistsException',
    status: 400,
    message: `The operation failed because the secret ${Name} already exists.`,
  });
});

test({
  about: ['secretsmanager:GetSecretValue'],
  source: recorded('localstack/localstack@8b9a79f05', 'tests/aws/services/secretsmanager/test_secretsmanager.snapshot.json'),
})('a secret that does not exist, and one without that stage', async () => {
  expect(await failureOf(secrets.send(new GetSecretValueCommand({ SecretId: suite.name('none') })))).toMatchObject({
    name: 'ResourceNotFoundException',
    status: 400,
    message: "Secrets Manager can't find the specified secret.",
  });
  const { Name: SecretId } = await create('stage');
  expect(await failureOf(secrets.send(new GetSecretValueCommand({ SecretId, VersionStage: 'AWSPREVIOUS' })))).toMatchObject({
    name: 'ResourceNotFoundException',
    message: "Secrets Manager can't find the specified secret value for staging label: AWSPREVIOUS",
  });
});

test({
  about: ['secretsmanager:DeleteSecret', 'secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret', 'secretsmanager:CreateSecret'],
  source: recorded('localstack/localstack@8b9a79f05', 'tests/aws/services/secretsmanager/test_secretsmanager.snapshot.json'),
})('one that waits for its deletion can be described but not read, and its name stays taken', async () => {
  const { Name: SecretId } = await create('deleted');
  const asked = Date.now();
  const { DeletionDate } = await secrets.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));
  expect(DeletionDate!.getTime()).toBeGreaterThan(asked + 6 * 86_400_000);
  await until(async () => {
    expect(await failureOf(secrets.send(new GetSecretValueCommand({ SecretId })))).toMatchObject({
      name: 'InvalidRequestException',
      status: 400,
    });
  });
  expect((await secrets.send(new DescribeSecretCommand({ SecretId }))).DeletedDate).toBeInstanceOf(Date);
  expect(await failureOf(secrets.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'x' })))).toMatchObject({
    name: 'InvalidRequestException',
  });
});

test({
  about: ['secretsmanager:DeleteSecret'],
  source: apiReference('secretsmanager:DeleteSecret'),
})('a recovery window of less than seven days is refused', async () => {
  const { Name: SecretId } = await create('window');
  expect(await failureOf(secrets.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 6 })))).toMatchObject({
    name: 'InvalidParameterException',
    status: 400,
  });
});

test({
  about: ['secretsmanager:DescribeSecret', 'secretsmanager:ListSecrets'],
  source: [apiReference('secretsmanager:DescribeSecret'), apiReference('secretsmanager:ListSecrets')],
})('neither DescribeSecret nor ListSecrets shows a value', async () => {
  const { Name: SecretId } = await create('quiet', 'sk-must-not-be-shown');
  expect(JSON.stringify(await until(() => secrets.send(new DescribeSecretCommand({ SecretId }))))).not.toContain('sk-must');
  await until(async () => {
    const { SecretList } = await secrets.send(new ListSecretsCommand({ Filters: [{ Key: 'name', Values: [SecretId] }] }));
    expect(SecretList).toMatchObject([{ Name: SecretId, Tags: suite.tagList }]);
    expect(JSON.stringify(SecretList)).not.toContain('sk-must');
  });
});

test({
  about: ['secretsmanager:RestoreSecret'],
  source: apiReference('secretsmanager:RestoreSecret'),
})('a secret that waits for its deletion is restored with its value', async () => {
  const { Name: SecretId } = await create('restored');
  await secrets.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));
  await secrets.send(new RestoreSecretCommand({ SecretId }));
  await until(async () => {
    expect((await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString).toBe('first');
  });
});

test({
  about: ['secretsmanager:UpdateSecretVersionStage'],
  source: apiReference('secretsmanager:UpdateSecretVersionStage'),
})('AWSCURRENT moves only from the version that is named, and leaves AWSPREVIOUS there', async () => {
  const { Name: SecretId, VersionId: first } = await create('moved');
  const { VersionId: second } = await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: 'second' }));
  const move = (RemoveFromVersionId?: string) =>
    secrets.send(
      new UpdateSecretVersionStageCommand({ SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: first, RemoveFromVersionId }),
    );
  expect(await failureOf(move())).toMatchObject({ name: 'InvalidParameterException', status: 400 });
  await move(second);
  await until(async () => {
    const { VersionIdsToStages } = await secrets.send(new DescribeSecretCommand({ SecretId }));
    expect(VersionIdsToStages).toEqual({ [first]: ['AWSCURRENT'], [second!]: ['AWSPREVIOUS'] });
  });
});

test({
  about: ['secretsmanager:GetRandomPassword'],
  source: apiReference('secretsmanager:GetRandomPassword'),
})('a random password has the length and leaves out what is asked for', async () => {
  const { RandomPassword } = await secrets.send(
    new GetRandomPasswordCommand({ PasswordLength: 20, ExcludePunctuation: true, ExcludeCharacters: '0O1l' }),
  );
  expect(RandomPassword).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[a-km-zA-NP-Z2-9]{20}$/);
});
