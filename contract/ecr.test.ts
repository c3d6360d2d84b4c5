/**
 * ECR. Sources: its API reference (CreateRepository, InitiateLayerUpload, UploadLayerPart, CompleteLayerUpload, PutImage, BatchGetImage,
 * DescribeImages, BatchDeleteImage, DeleteRepository, SetRepositoryPolicy, GetAuthorizationToken). Messages: as AWS's own tools show them; they are not documented.
 */
import { createHash } from 'node:crypto';
import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DeleteRepositoryPolicyCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  GetAuthorizationTokenCommand,
  GetRepositoryPolicyCommand,
  PutImageCommand,
  SetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr';
import { expect } from 'vitest';
import { pushImage } from './push-image.ts';
import { apiReference, believed } from './source.ts';
import { contractSuite, document, failureOf, test } from './suite.ts';

const suite = contractSuite();
const { ecr } = suite.clients;

async function repository(what: string, imageTagMutability: 'MUTABLE' | 'IMMUTABLE' = 'MUTABLE') {
  const repositoryName = suite.name(what);
  const created = await ecr.send(new CreateRepositoryCommand({ repositoryName, imageTagMutability, tags: suite.tagList }));
  suite.undo(() => ecr.send(new DeleteRepositoryCommand({ repositoryName, force: true })));
  return { ...created.repository, repositoryName };
}

test({
  about: ['ecr:CreateRepository'],
  source: [apiReference('ecr:CreateRepository'), believed('the texts of its messages are not documented: as users of AWS have shown them')],
})('CreateRepository answers with ARN and URI, and a second one of that name is refused', async () => {
  const { repositoryName, repositoryArn, repositoryUri } = await repository('twice');
  expect(repositoryArn).toBe(`arn:aws:ecr:${suite.region}:${suite.accountId}:repository/${repositoryName}`);
  expect(repositoryUri).toMatch(new RegExp(`/${repositoryName}$`));
  expect(await failureOf(ecr.send(new CreateRepositoryCommand({ repositoryName })))).toMatchObject({
    name: 'RepositoryAlreadyExistsException',
    status: 400,
    message: `The repository with name '${repositoryName}' already exists in the registry with id '${suite.accountId}'`,
  });
});

test({
  about: ['ecr:DescribeRepositories', 'ecr:DescribeImages'],
  source: [
    apiReference('ecr:DescribeRepositories'),
    believed('the texts of its messages are not documented: as users of AWS have shown them'),
  ],
})('one that does not exist: RepositoryNotFoundException', async () => {
  const repositoryName = suite.name('none');
  for (const command of [
    new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }),
    new DescribeImagesCommand({ repositoryName }),
  ]) {
    expect(await failureOf(ecr.send(command as DescribeImagesCommand))).toMatchObject({
      name: 'RepositoryNotFoundException',
      status: 400,
      message: `The repository with name '${repositoryName}' does not exist in the registry with id '${suite.accountId}'`,
    });
  }
});

test({
  about: ['ecr:CreateRepository'],
  source: apiReference('ecr:CreateRepository'),
})('a name in capitals: InvalidParameterException', async () => {
  expect(await failureOf(ecr.send(new CreateRepositoryCommand({ repositoryName: 'NotAllowed' })))).toMatchObject({
    name: 'InvalidParameterException',
    status: 400,
  });
});

test({
  about: [
    'ecr:InitiateLayerUpload',
    'ecr:UploadLayerPart',
    'ecr:CompleteLayerUpload',
    'ecr:PutImage',
    'ecr:BatchGetImage',
    'ecr:DescribeImages',
  ],
  source: [apiReference('ecr:PutImage'), apiReference('ecr:BatchGetImage')],
})('an image whose layers were uploaded by the API is found by tag and by digest', async () => {
  const { repositoryName } = await repository('image');
  const { imageDigest, manifest } = await pushImage(ecr, { repositoryName, imageTag: 'v1' });
  expect(imageDigest).toBe(`sha256:${createHash('sha256').update(manifest).digest('hex')}`);
  for (const imageId of [{ imageTag: 'v1' }, { imageDigest }]) {
    const { images } = await ecr.send(new BatchGetImageCommand({ repositoryName, imageIds: [imageId] }));
    expect(images).toMatchObject([{ imageManifest: manifest, repositoryName }]);
  }
  const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName }));
  expect(imageDetails).toMatchObject([{ imageDigest, imageTags: ['v1'] }]);
});

test({
  about: ['ecr:BatchGetImage', 'ecr:DescribeImages'],
  source: [apiReference('ecr:BatchGetImage'), apiReference('ecr:DescribeImages')],
})('BatchGetImage answers what it has not got among its failures; DescribeImages throws', async () => {
  const { repositoryName } = await repository('missing');
  const { images, failures } = await ecr.send(new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: 'none' }] }));
  expect({ images, failures }).toMatchObject({ images: [], failures: [{ failureCode: 'ImageNotFound', imageId: { imageTag: 'none' } }] });
  expect(await failureOf(ecr.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: 'none' }] })))).toMatchObject({
    name: 'ImageNotFoundException',
    status: 400,
  });
});

test({
  about: ['ecr:PutImage'],
  source: apiReference('ecr:PutImage'),
})(
  'PutImage with layers that were not uploaded: LayersNotFoundException; the same image and tag again: ImageAlreadyExistsException',
  async () => {
    const { repositoryName } = await repository('layers');
    const { manifest } = await pushImage(ecr, { repositoryName, imageTag: 'v1' });
    const other = manifest.replace(/sha256:[0-9a-f]{64}/g, `sha256:${'0'.repeat(64)}`);
    expect(await failureOf(ecr.send(new PutImageCommand({ repositoryName, imageManifest: other, imageTag: 'v2' })))).toMatchObject({
      name: 'LayersNotFoundException',
      status: 400,
    });
    expect(await failureOf(ecr.send(new PutImageCommand({ repositoryName, imageManifest: manifest, imageTag: 'v1' })))).toMatchObject({
      name: 'ImageAlreadyExistsException',
      status: 400,
    });
  },
);

test({
  about: ['ecr:PutImage'],
  source: apiReference('ecr:PutImage'),
})('a tag of an immutable repository stays on its image: ImageTagAlreadyExistsException', async () => {
  const { repositoryName } = await repository('immutable', 'IMMUTABLE');
  await pushImage(ecr, { repositoryName, imageTag: 'v1' });
  const failure = await failureOf(pushImage(ecr, { repositoryName, imageTag: 'v1', content: 'another' }));
  expect(failure).toMatchObject({ name: 'ImageTagAlreadyExistsException', status: 400 });
});

test({
  about: ['ecr:DeleteRepository'],
  source: apiReference('ecr:DeleteRepository'),
})('DeleteRepository of one that has images needs force', async () => {
  const { repositoryName } = await repository('full');
  await pushImage(ecr, { repositoryName, imageTag: 'v1' });
  expect(await failureOf(ecr.send(new DeleteRepositoryCommand({ repositoryName })))).toMatchObject({
    name: 'RepositoryNotEmptyException',
    status: 400,
  });
});

test({
  about: ['ecr:GetAuthorizationToken'],
  source: apiReference('ecr:GetAuthorizationToken'),
})('GetAuthorizationToken gives a user AWS, a password and an end within 12 hours', async () => {
  const asked = Date.now();
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const [{ authorizationToken, expiresAt } = {}] = authorizationData!;
  expect(Buffer.from(authorizationToken!, 'base64').toString()).toMatch(/^AWS:.+/);
  const hour = 3_600_000;
  expect(expiresAt!.getTime()).toBeGreaterThan(asked + 11 * hour);
  expect(expiresAt!.getTime()).toBeLessThan(asked + 12.1 * hour);
});

test({
  about: ['ecr:SetRepositoryPolicy', 'ecr:GetRepositoryPolicy', 'ecr:DeleteRepositoryPolicy'],
  source: [apiReference('ecr:GetRepositoryPolicy'), apiReference('ecr:SetRepositoryPolicy')],
})(
  'a repository policy is read back and deleted; without one: RepositoryPolicyNotFoundException; one that is none is refused',
  async () => {
    const { repositoryName } = await repository('shared');
    const get = () => ecr.send(new GetRepositoryPolicyCommand({ repositoryName }));
    const missing = { name: 'RepositoryPolicyNotFoundException', status: 400 };
    expect(await failureOf(get())).toMatchObject(missing);
    const pull = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${suite.accountId}:root` }, Action: ['ecr:BatchGetImage'] };
    const policyText = document([pull]);
    await ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText }));
    // AWS may lay it out in another way.
    expect(JSON.parse((await get()).policyText!)).toMatchObject({ Statement: [{ Effect: 'Allow' }] });
    const broken = new SetRepositoryPolicyCommand({ repositoryName, policyText: '{' });
    expect(await failureOf(ecr.send(broken))).toMatchObject({ name: 'InvalidParameterException', status: 400 });
    await ecr.send(new DeleteRepositoryPolicyCommand({ repositoryName }));
    expect(await failureOf(get())).toMatchObject(missing);
  },
);
