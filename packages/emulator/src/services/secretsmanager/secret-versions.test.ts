import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretVersionStageCommand,
  type GetRandomPasswordCommandInput,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../start-emulator.ts';
import { clientsOf, failureOf } from '../../test/clients.ts';
import { assume, makeRole, statement } from '../../test/role-fixture.ts';

let emulator: Emulator;
let clients: ReturnType<typeof clientsOf>;
let secrets: typeof clients.secrets;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true });
  clients = clientsOf(emulator);
  ({ secrets } = clients);
});
afterAll(() => emulator.stop());

/** A secret with a version for each value, the last one current. Answers their ids. */
async function makeSecret(Name: string, first: string, ...more: string[]): Promise<string[]> {
  const ids = [(await secrets.send(new CreateSecretCommand({ Name, SecretString: first }))).VersionId!];
  for (const SecretString of more) ids.push((await secrets.send(new PutSecretValueCommand({ SecretId: Name, SecretString }))).VersionId!);
  return ids;
}

test('a deleted secret can be restored, with its value', async () => {
  await makeSecret('back', 'still here');
  await secrets.send(new DeleteSecretCommand({ SecretId: 'back' }));
  expect((await secrets.send(new DescribeSecretCommand({ SecretId: 'back' }))).DeletedDate).toBeInstanceOf(Date);
  await secrets.send(new RestoreSecretCommand({ SecretId: 'back' }));
  expect((await secrets.send(new DescribeSecretCommand({ SecretId: 'back' }))).DeletedDate).toBeUndefined();
  expect((await secrets.send(new GetSecretValueCommand({ SecretId: 'back' }))).SecretString).toBe('still here');
  expect(await failureOf(secrets.send(new RestoreSecretCommand({ SecretId: 'never' })))).toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('UntagResource takes off the tags that it names', async () => {
  await makeSecret('tagged', 'x');
  const Tags = ['one', 'two'].map((Key) => ({ Key, Value: Key }));
  await secrets.send(new TagResourceCommand({ SecretId: 'tagged', Tags }));
  await secrets.send(new UntagResourceCommand({ SecretId: 'tagged', TagKeys: ['one', 'none'] }));
  expect((await secrets.send(new DescribeSecretCommand({ SecretId: 'tagged' }))).Tags).toEqual([Tags[1]]);
});

test('versions are listed in pages, the deprecated only when asked for, and these can be read by their id', async () => {
  const [first, second, third] = await makeSecret('many', 'one', 'two', 'three');
  const list = async (input: object) => secrets.send(new ListSecretVersionIdsCommand({ SecretId: 'many', ...input }));
  const labelled = (await list({})).Versions!;
  expect(Object.fromEntries(labelled.map(({ VersionId, VersionStages }) => [VersionId, VersionStages]))).toEqual({
    [second!]: ['AWSPREVIOUS'],
    [third!]: ['AWSCURRENT'],
  });
  const seen: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await list({ IncludeDeprecated: true, MaxResults: 1, NextToken });
    seen.push(...page.Versions!.map(({ VersionId }) => VersionId!));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  expect(seen.toSorted()).toEqual([first, second, third].toSorted());
  expect((await secrets.send(new GetSecretValueCommand({ SecretId: 'many', VersionId: first }))).SecretString).toBe('one');
  expect((await secrets.send(new DescribeSecretCommand({ SecretId: 'many' }))).VersionIdsToStages).not.toHaveProperty(first!);
  expect(await failureOf(list({ NextToken: 'nonsense' }))).toMatchObject({ name: 'InvalidNextTokenException' });
});

test('a read is recorded to the day', async () => {
  await makeSecret('read', 'x');
  const accessed = async () => (await secrets.send(new DescribeSecretCommand({ SecretId: 'read' }))).LastAccessedDate;
  expect(await accessed()).toBeUndefined();
  await secrets.send(new GetSecretValueCommand({ SecretId: 'read' }));
  expect((await accessed())!.getTime() % 86_400_000).toBe(0);
});

test('AWSCURRENT moves back, AWSPREVIOUS follows it, and neither is taken from a version that is not named', async () => {
  const [first, second] = await makeSecret('staged', 'one', 'two');
  const move = (VersionStage: string, MoveToVersionId?: string, RemoveFromVersionId?: string) =>
    secrets.send(new UpdateSecretVersionStageCommand({ SecretId: 'staged', VersionStage, MoveToVersionId, RemoveFromVersionId }));
  const stages = async () => (await secrets.send(new DescribeSecretCommand({ SecretId: 'staged' }))).VersionIdsToStages;
  const refused = { name: 'InvalidParameterException', $metadata: { httpStatusCode: 400 } };
  expect(await failureOf(move('AWSCURRENT', first))).toMatchObject({ ...refused, message: expect.stringContaining(second!) });
  expect(await failureOf(move('AWSCURRENT', first, first))).toMatchObject(refused);
  expect(await failureOf(move('AWSCURRENT', undefined, second))).toMatchObject(refused);
  expect(await failureOf(move('AWSCURRENT'))).toMatchObject(refused);
  await move('AWSCURRENT', first, second);
  expect(await stages()).toEqual({ [first!]: ['AWSCURRENT'], [second!]: ['AWSPREVIOUS'] });
  await move('blue', first);
  expect(await stages()).toEqual({ [first!]: ['AWSCURRENT', 'blue'], [second!]: ['AWSPREVIOUS'] });
  await move('blue', undefined, first);
  await move('AWSPREVIOUS', undefined, second);
  expect(await stages()).toEqual({ [first!]: ['AWSCURRENT'] });
  expect((await secrets.send(new GetSecretValueCommand({ SecretId: 'staged' }))).SecretString).toBe('one');
});

test('a random password has what is asked for and nothing that is excluded', async () => {
  const make = async (input: GetRandomPasswordCommandInput) => (await secrets.send(new GetRandomPasswordCommand(input))).RandomPassword!;
  const usual = await make({});
  expect(usual).toHaveLength(32);
  for (const type of [/[a-z]/, /[A-Z]/, /[0-9]/, /[^a-zA-Z0-9 ]/]) expect(usual).toMatch(type);
  expect(await make({})).not.toBe(usual);
  expect(await make({ PasswordLength: 400, ExcludePunctuation: true, ExcludeUppercase: true, ExcludeCharacters: 'abc019' })).toMatch(
    /^[d-z2-8]{400}$/,
  );
  const letters = { ExcludeNumbers: true, ExcludePunctuation: true, ExcludeUppercase: true };
  expect(await make({ ...letters, PasswordLength: 2, IncludeSpace: true })).toMatch(/^(?: [a-z]|[a-z] )$/);
  expect(await make({ PasswordLength: 1, RequireEachIncludedType: false })).toHaveLength(1);
  expect(await failureOf(make({ PasswordLength: 3 }))).toMatchObject({ name: 'InvalidParameterException' });
  expect(await failureOf(make({ ...letters, ExcludeLowercase: true }))).toMatchObject({ name: 'InvalidRequestException' });
});

test('many values are read at once: by id or by filter, what fails beside what does not', async () => {
  await makeSecret('batch/one', '1');
  await makeSecret('batch/two', '2');
  const SecretIdList = ['batch/one', 'batch/two', 'batch/none'];
  const read = await secrets.send(new BatchGetSecretValueCommand({ SecretIdList }));
  expect(read.SecretValues?.map(({ SecretString }) => SecretString)).toEqual(['1', '2']);
  expect(read.Errors).toMatchObject([{ SecretId: 'batch/none', ErrorCode: 'ResourceNotFoundException' }]);
  const Filters = [{ Key: 'name' as const, Values: ['batch/'] }];
  expect((await secrets.send(new BatchGetSecretValueCommand({ Filters }))).SecretValues).toHaveLength(2);
  for (const input of [{}, { SecretIdList, Filters }, { SecretIdList, MaxResults: 2 }])
    expect(await failureOf(secrets.send(new BatchGetSecretValueCommand(input)))).toMatchObject({ name: 'InvalidParameterException' });

  const role = await makeRole(
    clients,
    'batch',
    { AWS: emulator.accountId },
    statement('secretsmanager:BatchGetSecretValue'),
    statement('secretsmanager:GetSecretValue', 'arn:aws:secretsmanager:*:*:secret:batch/one-*'),
  );
  const { secrets: limited } = await assume(emulator, role);
  const some = await limited.send(new BatchGetSecretValueCommand({ SecretIdList: SecretIdList.slice(0, 2) }));
  expect(some.SecretValues?.map(({ Name }) => Name)).toEqual(['batch/one']);
  expect(some.Errors).toMatchObject([{ SecretId: 'batch/two', ErrorCode: 'AccessDeniedException' }]);
  expect(await failureOf(limited.send(new BatchGetSecretValueCommand({ Filters })))).toMatchObject({ name: 'AccessDeniedException' });
});
