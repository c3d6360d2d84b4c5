import { randomUUID } from 'node:crypto';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../start-emulator.ts';
import { failureOf } from '../../test/clients.ts';

// What AWS answered when public test suites were recorded against it, unless another source is named.
let emulator: Emulator;
let secrets: SecretsManager;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true });
  const { endpoint, region, accessKeyId, secretAccessKey } = emulator;
  secrets = new SecretsManager({ endpoint, region, credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 });
});
afterAll(() => emulator.stop());

const newName = () => `s-${randomUUID()}`;
const create = async (more: object = {}) => {
  const Name = newName();
  const { VersionId, ARN } = await secrets.createSecret({ Name, SecretString: 's', ...more });
  return { SecretId: Name, VersionId: VersionId!, ARN: ARN! };
};

test.each<[string, (SecretId: string) => Promise<unknown>]>([
  ['DescribeSecret', (SecretId) => secrets.describeSecret({ SecretId })],
  ['GetSecretValue', (SecretId) => secrets.getSecretValue({ SecretId })],
  ['PutSecretValue', (SecretId) => secrets.putSecretValue({ SecretId, SecretString: 's' })],
  ['UpdateSecret', (SecretId) => secrets.updateSecret({ SecretId, Description: 'd' })],
  ['TagResource', (SecretId) => secrets.tagResource({ SecretId, Tags: [] })],
  ['UntagResource', (SecretId) => secrets.untagResource({ SecretId, TagKeys: ['a'] })],
  ['RestoreSecret', (SecretId) => secrets.restoreSecret({ SecretId })],
  ['ListSecretVersionIds', (SecretId) => secrets.listSecretVersionIds({ SecretId })],
])('%s refuses what cannot be a name', async (_, call) => {
  expect(await failureOf(call('Inv Name'))).toMatchObject({
    name: 'ValidationException',
    message: 'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
  });
});

test('a forced deletion takes what cannot be a name', async () => {
  expect(await secrets.deleteSecret({ SecretId: 'Inv Name', ForceDeleteWithoutRecovery: true })).toHaveProperty('DeletionDate');
});

test.each<[string, (client: SecretsManager) => Promise<unknown>]>([
  ['CreateSecret', (client) => client.createSecret({ Name: newName(), SecretString: 's' })],
  ['PutSecretValue', (client) => client.putSecretValue({ SecretId: 'not-there', SecretString: 's' })],
  ['UpdateSecret', (client) => client.updateSecret({ SecretId: 'not-there', SecretString: 's' })],
])('%s demands a ClientRequestToken, before it looks for the secret', async (_, call) => {
  const { endpoint, region, accessKeyId, secretAccessKey } = emulator;
  const client = new SecretsManager({ endpoint, region, credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 });
  // The SDK makes up a token: it is taken out of the body again, before that is signed.
  client.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as { body: string; headers: Record<string, string> };
      const { ClientRequestToken: _token, ...body } = JSON.parse(request.body) as Record<string, unknown>;
      request.body = JSON.stringify(body);
      request.headers['content-length'] = String(request.body.length);
      return next(args);
    },
    { step: 'build', priority: 'low' },
  );
  expect(await failureOf(call(client))).toMatchObject({
    name: 'InvalidRequestException',
    message: 'You must provide a ClientRequestToken value. We recommend a UUID-type value.',
  });
});

test('tags are absent until there were some, as are labels and a description that there are not', async () => {
  const empty = newName();
  await secrets.createSecret({ Name: empty, Description: '' });
  const described = await secrets.describeSecret({ SecretId: empty });
  for (const member of ['Tags', 'VersionIdsToStages', 'Description']) expect(described).not.toHaveProperty(member);
  await secrets.tagResource({ SecretId: empty, Tags: [{ Key: 'a', Value: '1' }] });
  await secrets.untagResource({ SecretId: empty, TagKeys: ['a'] });
  expect((await secrets.describeSecret({ SecretId: empty })).Tags).toEqual([]);
  const { SecretId } = await create();
  const { SecretList } = await secrets.listSecrets({ Filters: [{ Key: 'name', Values: [SecretId] }] });
  expect(SecretList?.map((secret) => 'Tags' in secret)).toEqual([false]);
});

test('each version names the key that it was encrypted with', async () => {
  const { SecretId } = await create();
  await secrets.updateSecret({ SecretId, KmsKeyId: 'alias/own', SecretString: 't' });
  const { Versions: versions = [] } = await secrets.listSecretVersionIds({ SecretId });
  expect(Object.fromEntries(versions.map(({ VersionStages, KmsKeyIds }) => [VersionStages![0], KmsKeyIds]))).toEqual({
    AWSCURRENT: ['alias/own'],
    AWSPREVIOUS: ['DefaultEncryptionKey'],
  });
});

test('a label that is of another version than the one named is an InvalidRequestException', async () => {
  const { SecretId, VersionId } = await create();
  await secrets.putSecretValue({ SecretId, SecretString: 't' });
  expect(await failureOf(secrets.getSecretValue({ SecretId, VersionId, VersionStage: 'AWSCURRENT' }))).toMatchObject({
    name: 'InvalidRequestException',
    message: 'You provided a VersionStage that is not associated to the provided VersionId.',
  });
});

// LocalStack's AWS-validated test of a first version.
test('the first version is the current one, whatever label it is put with', async () => {
  const Name = newName();
  await secrets.createSecret({ Name });
  const { VersionStages } = await secrets.putSecretValue({ SecretId: Name, SecretString: 's', VersionStages: ['AWSPENDING'] });
  expect(VersionStages?.toSorted()).toEqual(['AWSCURRENT', 'AWSPENDING']);
  expect((await secrets.getSecretValue({ SecretId: Name })).SecretString).toBe('s');
});

test('the words of a filter on descriptions begin words; names and tags begin with the value, in its case', async () => {
  const run = randomUUID();
  for (const Description of ['a secret', 'an secret', 'asecret', 'thesecret'])
    await create({ Name: `${run}-${Description.replace(' ', '_')}`, Description, Tags: [{ Key: `Team-${run}`, Value: 'Blue' }] });
  const find = async (Key: 'name' | 'description' | 'tag-key' | 'tag-value' | 'all', value: string) => {
    const { SecretList: list = [] } = await secrets.listSecrets({ Filters: [{ Key, Values: [value] }] });
    return list.flatMap(({ Name, Description }) => (Name!.startsWith(run) ? [Description] : []));
  };
  // Recorded.
  expect(await find('description', 'a secret')).toEqual(['a secret', 'an secret']);
  // Documented: https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_search-secret.html
  expect(await find('description', 'A SECRET')).toHaveLength(2);
  expect(await find('name', `${run}-the`)).toEqual(['thesecret']);
  expect(await find('name', `${run}-The`)).toEqual([]);
  expect(await find('tag-key', 'Team-')).toHaveLength(4);
  expect(await find('tag-key', 'team-')).toEqual([]);
  expect(await find('tag-value', 'blue')).toEqual([]);
  expect(await find('all', 'blue')).toHaveLength(4);
});

test('secrets are listed by their creation, or by what is asked for, page after page', async () => {
  const run = randomUUID();
  for (const name of ['c', 'a', 'b']) await create({ Name: `${run}-${name}` });
  const list = async (order: object) => {
    const names: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await secrets.listSecrets({ MaxResults: 1, NextToken, Filters: [{ Key: 'name', Values: [run] }], ...order });
      names.push(...page.SecretList!.map(({ Name }) => Name!.slice(run.length + 1)));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return names.join('');
  };
  expect(await list({})).toBe('cab');
  expect(await list({ SortOrder: 'desc' })).toBe('bac');
  expect(await list({ SortBy: 'name' })).toBe('abc');
});

test.each([{ AddReplicaRegions: [{ Region: 'eu-west-1' }] }, { ForceOverwriteReplicaSecret: true }, { Type: 'external' }])(
  'CreateSecret refuses %o by name',
  async (member) => {
    expect(await failureOf(create(member))).toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining(Object.keys(member)[0]!),
    });
  },
);
