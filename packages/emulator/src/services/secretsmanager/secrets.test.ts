import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  ListSecretsCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  TagResourceCommand,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../start-emulator.ts';
import { clientsOf, failureOf } from '../../test/clients.ts';
import { assume, makeRole, statement } from '../../test/role-fixture.ts';

let emulator: Emulator;
let secrets: ReturnType<typeof clientsOf>['secrets'];

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true });
  ({ secrets } = clientsOf(emulator));
});
afterAll(() => emulator.stop());

test('a secret is read by its name, its ARN and its ARN without the suffix', async () => {
  const { ARN } = await secrets.send(new CreateSecretCommand({ Name: 'app/database', SecretString: 'hunter2' }));
  expect(ARN).toMatch(/^arn:aws:secretsmanager:us-west-2:123456789012:secret:app\/database-[A-Za-z0-9]{6}$/);
  for (const SecretId of ['app/database', ARN, ARN?.slice(0, -7)]) {
    expect(await secrets.send(new GetSecretValueCommand({ SecretId }))).toMatchObject({
      ARN,
      Name: 'app/database',
      SecretString: 'hunter2',
      VersionStages: ['AWSCURRENT'],
    });
  }
});

test('a name or a tag that Secrets Manager does not take is refused', async () => {
  const create = (Name: string, ...keys: string[]) =>
    secrets.send(new CreateSecretCommand({ Name, SecretString: 's', Tags: keys.map((Key) => ({ Key, Value: '' })) }));
  for (const name of ['two words', 'naïve', 'a#b', 'a:b', '日本'])
    expect((await failureOf(create(name))).message).toContain('Invalid name.');
  await create('Az09/_+=.@!-', 'ключ é');
  const many = Array.from({ length: 50 }, (_, index) => `t${index}`);
  const tag = (...keys: string[]) =>
    secrets.send(new TagResourceCommand({ SecretId: 'Az09/_+=.@!-', Tags: keys.map((Key) => ({ Key, Value: '' })) }));
  for (const refused of [create('reserved', 'aws:x'), tag('AWS:x'), tag(...many)])
    expect((await failureOf(refused)).name).toBe('InvalidParameterException');
  await tag(...many.slice(1));
});

test('to make a secret with tags one has to be allowed to tag it', async () => {
  const role = await makeRole(clientsOf(emulator), 'maker', { AWS: emulator.accountId }, statement('secretsmanager:CreateSecret'));
  const { secrets: maker } = await assume(emulator, role);
  await maker.send(new CreateSecretCommand({ Name: 'plain' }));
  const tagged = await failureOf(maker.send(new CreateSecretCommand({ Name: 'tagged', Tags: [{ Key: 'a', Value: 'b' }] })));
  expect(tagged.message).toContain('is not authorized to perform: secretsmanager:TagResource');
});

test('bytes come back as they went in', async () => {
  const SecretBinary = new Uint8Array([0, 255, 128, 10]);
  await secrets.send(new CreateSecretCommand({ Name: 'bytes', SecretBinary }));
  expect([...((await secrets.send(new GetSecretValueCommand({ SecretId: 'bytes' }))).SecretBinary ?? [])]).toEqual([...SecretBinary]);
});

test('a new value is current, and the one before stays readable as AWSPREVIOUS', async () => {
  await secrets.send(new CreateSecretCommand({ Name: 'rotated', SecretString: 'one' }));
  await secrets.send(new PutSecretValueCommand({ SecretId: 'rotated', SecretString: 'two' }));
  await secrets.send(new UpdateSecretCommand({ SecretId: 'rotated', SecretString: 'three', Description: 'now described' }));
  expect((await secrets.send(new GetSecretValueCommand({ SecretId: 'rotated' }))).SecretString).toBe('three');
  expect((await secrets.send(new GetSecretValueCommand({ SecretId: 'rotated', VersionStage: 'AWSPREVIOUS' }))).SecretString).toBe('two');
  const described = await secrets.send(new DescribeSecretCommand({ SecretId: 'rotated' }));
  expect(described.Description).toBe('now described');
  expect(
    Object.values(described.VersionIdsToStages ?? {})
      .flat()
      .sort(),
  ).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
});

test('a deleted secret is kept for its recovery window, and its name with it', async () => {
  await secrets.send(new CreateSecretCommand({ Name: 'doomed', SecretString: 'x' }));
  await secrets.send(new DeleteSecretCommand({ SecretId: 'doomed', RecoveryWindowInDays: 7 }));
  expect(await failureOf(secrets.send(new GetSecretValueCommand({ SecretId: 'doomed' })))).toBeInstanceOf(InvalidRequestException);
  expect(await failureOf(secrets.send(new CreateSecretCommand({ Name: 'doomed', SecretString: 'y' })))).toBeInstanceOf(
    InvalidRequestException,
  );
  await secrets.send(new DeleteSecretCommand({ SecretId: 'doomed', ForceDeleteWithoutRecovery: true }));
  expect(await failureOf(secrets.send(new DescribeSecretCommand({ SecretId: 'doomed' })))).toBeInstanceOf(ResourceNotFoundException);
});

test('secrets are found by prefix of their name and by tag', async () => {
  await secrets.send(new CreateSecretCommand({ Name: 'find/one', SecretString: 'x' }));
  await secrets.send(new CreateSecretCommand({ Name: 'find/two', SecretString: 'x' }));
  await secrets.send(new TagResourceCommand({ SecretId: 'find/two', Tags: [{ Key: 'team', Value: 'blue' }] }));
  const names = async (Filters: { Key: 'name' | 'tag-value'; Values: string[] }[]) =>
    (await secrets.send(new ListSecretsCommand({ Filters }))).SecretList?.map((secret) => secret.Name);
  expect(await names([{ Key: 'name', Values: ['find/'] }])).toEqual(['find/one', 'find/two']);
  expect(await names([{ Key: 'tag-value', Values: ['blue'] }])).toEqual(['find/two']);
});

test('a name that is taken is refused, but the same request sent twice is answered twice', async () => {
  const request = { Name: 'once', SecretString: 'x', ClientRequestToken: 'b7bd3e2e-4b5b-4f4a-9d6a-0c1d2e3f4a5b' };
  const first = await secrets.send(new CreateSecretCommand(request));
  expect((await secrets.send(new CreateSecretCommand(request))).ARN).toBe(first.ARN);
  expect(await failureOf(secrets.send(new CreateSecretCommand({ Name: 'once', SecretString: 'x' })))).toBeInstanceOf(
    ResourceExistsException,
  );
});

test('no value lies readable in the data directory', async () => {
  await secrets.send(new CreateSecretCommand({ Name: 'quiet', SecretString: 'plaintext-canary-4711' }));
  // A version that loses its stages is kept, and as quietly.
  for (let count = 0; count < 2; count += 1)
    await secrets.send(new PutSecretValueCommand({ SecretId: 'quiet', SecretString: `plaintext-canary-4711-${count}` }));
  await secrets.send(new BatchGetSecretValueCommand({ SecretIdList: ['quiet'] }));
  const files = await readdir(emulator.dataDirectory, { recursive: true, withFileTypes: true });
  expect(files.filter((file) => file.isFile()).length).toBeGreaterThan(2);
  for (const file of files.filter((entry) => entry.isFile())) {
    const bytes = await readFile(join(file.parentPath, file.name));
    expect(bytes.includes('plaintext-canary-4711'), file.name).toBe(false);
    expect(bytes.includes(emulator.secretAccessKey), file.name).toBe(false);
  }
});
