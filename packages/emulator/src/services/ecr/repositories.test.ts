import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeRepositoriesCommand,
  ListTagsForResourceCommand,
  paginateDescribeRepositories,
  PutLifecyclePolicyCommand,
  RepositoryAlreadyExistsException,
  RepositoryNotEmptyException,
  RepositoryNotFoundException,
  TagResourceCommand,
  UntagResourceCommand,
  type ECRClient,
} from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACCOUNT, imageOf, OTHER_ACCOUNT, push, startRegistry, type TestRegistry } from '../../registry/fixture-registry.ts';

let registry: TestRegistry;
let ecr: ECRClient;
beforeAll(async () => {
  registry = await startRegistry();
  ecr = registry.ecr();
});
afterAll(() => registry.stop());

const create = (repositoryName: string, input = {}) => ecr.send(new CreateRepositoryCommand({ repositoryName, ...input }));

const rule = (selection: object) => ({
  rules: [{ rulePriority: 1, description: 'Keep the repository small and tidy', selection, action: { type: 'expire' } }],
});
const put = (policy: unknown) =>
  ecr.send(new PutLifecyclePolicyCommand({ repositoryName: 'kept', lifecyclePolicyText: JSON.stringify(policy).padEnd(100) }));

describe('repositories', () => {
  test('one that was made is described as ECR describes it', async () => {
    const { repository } = await create('shop/agent');
    expect(repository).toEqual({
      repositoryArn: `arn:aws:ecr:eu-west-1:${ACCOUNT}:repository/shop/agent`,
      registryId: ACCOUNT,
      repositoryName: 'shop/agent',
      repositoryUri: `${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/shop/agent`,
      createdAt: expect.any(Date),
      imageTagMutability: 'MUTABLE',
      imageScanningConfiguration: { scanOnPush: false },
      encryptionConfiguration: { encryptionType: 'AES256' },
    });
    const { repositories } = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ['shop/agent'] }));
    expect(repositories).toEqual([repository]);
  });

  test('a name is taken once', async () => {
    await create('twice');
    const again = create('twice');
    await expect(again).rejects.toBeInstanceOf(RepositoryAlreadyExistsException);
    await expect(again).rejects.toThrow(`The repository with name 'twice' already exists in the registry with id '${ACCOUNT}'`);
  });

  test('one that is not there is said to be missing, in the words of ECR', async () => {
    const missing = ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ['nowhere'] }));
    await expect(missing).rejects.toBeInstanceOf(RepositoryNotFoundException);
    await expect(missing).rejects.toThrow(`The repository with name 'nowhere' does not exist in the registry with id '${ACCOUNT}'`);
    await expect(ecr.send(new DeleteRepositoryCommand({ repositoryName: 'nowhere' }))).rejects.toBeInstanceOf(RepositoryNotFoundException);
  });

  test.each(['UPPER', '-dash', 'a//b', 'a', 'x'.repeat(257), 'trailing/', 'a:b'])('the name %s is refused', async (name) => {
    await expect(create(name)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining("Invalid parameter at 'repositoryName'"),
    });
  });

  test('pages of a list together have every repository once, and a token outlives a restart', async () => {
    const other = await startRegistry();
    const client = other.ecr();
    for (let index = 0; index < 7; index += 1) await client.send(new CreateRepositoryCommand({ repositoryName: `paged-${index}` }));
    const first = await client.send(new DescribeRepositoriesCommand({ maxResults: 3 }));
    expect(first.repositories).toHaveLength(3);
    const restarted = await other.restart();
    try {
      const names = first.repositories!.map(({ repositoryName }) => repositoryName);
      const rest = paginateDescribeRepositories({ client: restarted.ecr(), pageSize: 3, startingToken: first.nextToken }, {});
      for await (const page of rest) names.push(...page.repositories!.map(({ repositoryName }) => repositoryName));
      expect(names).toEqual([0, 1, 2, 3, 4, 5, 6].map((index) => `paged-${index}`));
      const forged = restarted.ecr().send(new DescribeRepositoriesCommand({ nextToken: 'AAAA' }));
      await expect(forged).rejects.toMatchObject({ name: 'InvalidParameterException' });
    } finally {
      await restarted.stop();
    }
  });

  test('one with images is deleted only by force, and then all in it is gone', async () => {
    await create('full');
    const login = await registry.login();
    const image = imageOf();
    expect((await push(registry, login, 'full', image, 'v1')).status).toBe(201);
    await expect(ecr.send(new DeleteRepositoryCommand({ repositoryName: 'full' }))).rejects.toBeInstanceOf(RepositoryNotEmptyException);
    const { repository } = await ecr.send(new DeleteRepositoryCommand({ repositoryName: 'full', force: true }));
    expect(repository?.repositoryName).toBe('full');
    expect(await registry.services.blobs.size(image.layer.digest)).toBeUndefined();
    await create('full');
    const { failures } = await ecr.send(new BatchGetImageCommand({ repositoryName: 'full', imageIds: [{ imageTag: 'v1' }] }));
    expect(failures).toMatchObject([{ failureCode: 'ImageNotFound' }]);
    expect((await fetch(`${registry.endpoint}/v2/full/blobs/${image.layer.digest}`, { headers: { authorization: login } })).status).toBe(
      404,
    );
  });

  test('a blob that another repository holds outlives the deletion of one', async () => {
    const login = await registry.login();
    const image = imageOf();
    for (const name of ['holder/one', 'holder/two']) {
      await create(name);
      expect((await push(registry, login, name, image)).status).toBe(201);
    }
    await ecr.send(new DeleteRepositoryCommand({ repositoryName: 'holder/one', force: true }));
    const kept = await fetch(`${registry.endpoint}/v2/holder/two/blobs/${image.layer.digest}`, { headers: { authorization: login } });
    expect(Buffer.from(await kept.arrayBuffer())).toEqual(image.layer.bytes);
  });

  test('another account sees none of it, and may not ask', async () => {
    await create('mine-alone');
    const stranger = registry.ecr(OTHER_ACCOUNT);
    expect((await stranger.send(new DescribeRepositoriesCommand({}))).repositories).toEqual([]);
    const asked = stranger.send(new DescribeRepositoriesCommand({ registryId: ACCOUNT, repositoryNames: ['mine-alone'] }));
    await expect(asked).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(stranger.send(new DeleteRepositoryCommand({ registryId: ACCOUNT, repositoryName: 'mine-alone' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  test('a role that may not is told what it lacks', async () => {
    const denied = registry.ecrAs(['ecr:DescribeRepositories']).send(new CreateRepositoryCommand({ repositoryName: 'denied' }));
    await expect(denied).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(
        `is not authorized to perform: ecr:CreateRepository on resource: arn:aws:ecr:eu-west-1:${ACCOUNT}:repository/denied`,
      ),
    });
  });
});

describe('tags of a repository', () => {
  test('are set at creation, added to, replaced and removed', async () => {
    const { repository } = await create('tagged', {
      tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
    });
    const resourceArn = repository!.repositoryArn!;
    await ecr.send(
      new TagResourceCommand({
        resourceArn,
        tags: [
          { Key: 'b', Value: '3' },
          { Key: 'c', Value: '4' },
        ],
      }),
    );
    await ecr.send(new UntagResourceCommand({ resourceArn, tagKeys: ['a'] }));
    const { tags } = await ecr.send(new ListTagsForResourceCommand({ resourceArn }));
    expect(tags).toEqual([
      { Key: 'b', Value: '3' },
      { Key: 'c', Value: '4' },
    ]);
  });

  test('more than 50, reserved or doubled ones are refused', async () => {
    const { repository } = await create('tag-limits');
    const tag = (tags: { Key: string; Value: string }[]) =>
      ecr.send(new TagResourceCommand({ resourceArn: repository!.repositoryArn, tags }));
    const many = Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: '' }));
    await expect(tag(many)).rejects.toMatchObject({ name: 'TooManyTagsException' });
    await expect(tag([{ Key: 'aws:x', Value: '' }])).rejects.toMatchObject({ name: 'InvalidTagParameterException' });
    await expect(tag([many[0]!, many[0]!])).rejects.toMatchObject({ name: 'InvalidTagParameterException' });
  });

  test.each(['arn:aws:iam::1:role/x', 'nonsense', `arn:aws:ecr:us-east-1:${ACCOUNT}:repository/tagged`])(
    'the ARN %s is refused',
    async (resourceArn) => {
      await expect(ecr.send(new ListTagsForResourceCommand({ resourceArn }))).rejects.toMatchObject({ name: 'InvalidParameterException' });
    },
  );
});

describe('lifecycle policies', () => {
  beforeAll(() => create('kept'));

  test('one that is well-formed is kept and answered', async () => {
    const policy = rule({ tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 });
    expect(JSON.parse((await put(policy)).lifecyclePolicyText!)).toEqual(policy);
  });

  test.each([
    ['no rules', { rules: [] }],
    ['a tag status that there is not', rule({ tagStatus: 'some', countType: 'imageCountMoreThan', countNumber: 1 })],
    ['tagged without a prefix', rule({ tagStatus: 'tagged', countType: 'imageCountMoreThan', countNumber: 1 })],
    ['a count with a unit', rule({ tagStatus: 'any', countType: 'imageCountMoreThan', countUnit: 'days', countNumber: 1 })],
    ['no number', rule({ tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 0 })],
  ])('%s is refused', async (_what, policy) => {
    await expect(put(policy)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining('Lifecycle policy validation failure'),
    });
  });
});
