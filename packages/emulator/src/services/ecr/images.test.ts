import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DescribeImagesCommand,
  ImageAlreadyExistsException,
  ImageNotFoundException,
  ImageTagAlreadyExistsException,
  LayersNotFoundException,
  ListImagesCommand,
  paginateDescribeImages,
  paginateListImages,
  PutImageCommand,
  ReferencedImagesNotFoundException,
  type CreateRepositoryCommandInput,
  type ECRClient,
} from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ACCOUNT,
  blobOf,
  imageOf,
  push,
  putBlob,
  startRegistry,
  type TestImage,
  type TestRegistry,
} from '../../registry/fixture-registry.ts';
import { OCI_INDEX, OCI_MANIFEST } from '../../registry/manifest.ts';

let registry: TestRegistry;
let ecr: ECRClient;
let login: string;
beforeAll(async () => {
  registry = await startRegistry();
  ecr = registry.ecr();
  login = await registry.login();
});
afterAll(() => registry.stop());

let count = 0;
async function newRepository(input: Partial<CreateRepositoryCommandInput> = {}): Promise<string> {
  const repositoryName = `images/${(count += 1)}`;
  await ecr.send(new CreateRepositoryCommand({ repositoryName, ...input }));
  return repositoryName;
}

async function pushBlobs(repositoryName: string, { config, layer }: TestImage): Promise<void> {
  for (const { bytes, digest } of [config, layer]) expect((await putBlob(registry, login, repositoryName, bytes, digest)).status).toBe(201);
}

const put = (repositoryName: string, { manifest }: Pick<TestImage, 'manifest'>, imageTag?: string) =>
  ecr.send(new PutImageCommand({ repositoryName, imageManifest: manifest.bytes.toString('utf8'), ...(imageTag ? { imageTag } : {}) }));

describe('PutImage', () => {
  test('an image is put, and got again byte for byte, by tag and by digest', async () => {
    const repositoryName = await newRepository();
    const image = imageOf();
    await pushBlobs(repositoryName, image);
    const { image: stored } = await put(repositoryName, image, 'v1');
    expect(stored).toMatchObject({
      registryId: ACCOUNT,
      repositoryName,
      imageId: { imageDigest: image.manifest.digest, imageTag: 'v1' },
      imageManifestMediaType: OCI_MANIFEST,
    });
    const { images, failures } = await ecr.send(
      new BatchGetImageCommand({
        repositoryName,
        imageIds: [{ imageTag: 'v1' }, { imageDigest: image.manifest.digest }, { imageTag: 'v2' }, {}],
      }),
    );
    expect(images?.map(({ imageManifest }) => imageManifest)).toEqual([
      image.manifest.bytes.toString('utf8'),
      image.manifest.bytes.toString('utf8'),
    ]);
    expect(failures?.map(({ failureCode }) => failureCode)).toEqual(['ImageNotFound', 'MissingDigestAndTag']);
  });

  test('the same image under the same tag exists already; under another it gets that too', async () => {
    const repositoryName = await newRepository();
    const image = imageOf();
    await pushBlobs(repositoryName, image);
    await put(repositoryName, image, 'v1');
    await expect(put(repositoryName, image, 'v1')).rejects.toBeInstanceOf(ImageAlreadyExistsException);
    await expect(put(repositoryName, image)).rejects.toBeInstanceOf(ImageAlreadyExistsException);
    await put(repositoryName, image, 'v2');
    const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName }));
    expect(imageDetails).toMatchObject([{ imageDigest: image.manifest.digest, imageTags: ['v1', 'v2'] }]);
  });

  test('one whose layers were not pushed is refused, and the layers are named', async () => {
    const repositoryName = await newRepository();
    const image = imageOf();
    const refused = put(repositoryName, image, 'v1');
    await expect(refused).rejects.toBeInstanceOf(LayersNotFoundException);
    await expect(refused).rejects.toThrow(image.layer.digest);
    expect((await ecr.send(new ListImagesCommand({ repositoryName }))).imageIds).toEqual([]);
  });

  test('layers of another repository do not count', async () => {
    const [one, two] = [await newRepository(), await newRepository()];
    const image = imageOf();
    await pushBlobs(one, image);
    await expect(put(two, image, 'v1')).rejects.toBeInstanceOf(LayersNotFoundException);
  });

  test('a tag moves to the image that is put last', async () => {
    const repositoryName = await newRepository();
    const [first, second] = [imageOf(), imageOf()];
    for (const image of [first, second]) {
      await pushBlobs(repositoryName, image);
      await put(repositoryName, image, 'latest');
    }
    const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName }));
    expect(new Map(imageDetails!.map(({ imageDigest, imageTags }) => [imageDigest, imageTags]))).toEqual(
      new Map([
        [first.manifest.digest, undefined],
        [second.manifest.digest, ['latest']],
      ]),
    );
  });

  test('in a repository with immutable tags it stays where it is', async () => {
    const repositoryName = await newRepository({
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'dev-*' }],
    });
    const [first, second] = [imageOf(), imageOf()];
    for (const image of [first, second]) await pushBlobs(repositoryName, image);
    await put(repositoryName, first, 'v1');
    await put(repositoryName, first, 'dev-1');
    const moved = put(repositoryName, second, 'v1');
    await expect(moved).rejects.toBeInstanceOf(ImageTagAlreadyExistsException);
    await expect(moved).rejects.toThrow(
      `The image tag 'v1' already exists in the '${repositoryName}' repository and cannot be overwritten because the tag is immutable.`,
    );
    await put(repositoryName, second, 'dev-1');
  });

  test('an index needs its images, and has the size of the largest', async () => {
    const repositoryName = await newRepository();
    const [small, large] = [imageOf({ layer: blobOf('small') }), imageOf()];
    const manifests = [small, large].map(({ manifest }) => ({
      mediaType: OCI_MANIFEST,
      digest: manifest.digest,
      size: manifest.bytes.length,
    }));
    const index = { manifest: blobOf(JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests })) };
    await expect(put(repositoryName, index, 'multi')).rejects.toBeInstanceOf(ReferencedImagesNotFoundException);
    for (const image of [small, large]) {
      await pushBlobs(repositoryName, image);
      await put(repositoryName, image);
    }
    await put(repositoryName, index, 'multi');
    const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: 'multi' }] }));
    expect(imageDetails).toMatchObject([
      { imageManifestMediaType: OCI_INDEX, imageSizeInBytes: large.config.bytes.length + large.layer.bytes.length },
    ]);
    // Its images cannot be deleted under it.
    const { failures } = await ecr.send(
      new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageDigest: small.manifest.digest }] }),
    );
    expect(failures).toMatchObject([
      {
        failureCode: 'ImageReferencedByManifestList',
        failureReason: `Requested image referenced by manifest list: [${index.manifest.digest}]`,
      },
    ]);
  });

  test.each([
    ['not JSON', 'x'],
    ['schema 1', JSON.stringify({ schemaVersion: 1, mediaType: OCI_MANIFEST, layers: [], config: {} })],
    ['without any media type', JSON.stringify({ schemaVersion: 2 })],
    ['of an unknown type', JSON.stringify({ schemaVersion: 2, mediaType: 'text/plain' })],
    ['an image that is an index too', JSON.stringify({ schemaVersion: 2, mediaType: OCI_MANIFEST, manifests: [], layers: [], config: {} })],
    [
      'with a digest of another kind',
      JSON.stringify({ schemaVersion: 2, mediaType: OCI_MANIFEST, layers: [], config: { mediaType: 'a', digest: 'md5:00', size: 1 } }),
    ],
    [
      'with a negative size',
      JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [{ mediaType: 'a', digest: blobOf('x').digest, size: -1 }] }),
    ],
  ])('a manifest that is %s is refused', async (_what, imageManifest) => {
    const repositoryName = await newRepository();
    await expect(ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: 'v1' }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  test('a digest that is not the one of the manifest is refused', async () => {
    const repositoryName = await newRepository();
    const image = imageOf();
    await pushBlobs(repositoryName, image);
    const input = { repositoryName, imageManifest: image.manifest.bytes.toString('utf8'), imageDigest: blobOf().digest };
    await expect(ecr.send(new PutImageCommand(input))).rejects.toMatchObject({ name: 'ImageDigestDoesNotMatchException' });
  });
});

describe('BatchDeleteImage', () => {
  test('a tag goes alone, the last tag takes the image with it, a digest all of it', async () => {
    const repositoryName = await newRepository();
    const [one, two] = [imageOf(), imageOf()];
    for (const [image, tags] of [
      [one, ['a', 'b']],
      [two, ['c', 'd']],
    ] as const) {
      await pushBlobs(repositoryName, image);
      for (const tag of tags) await put(repositoryName, image, tag);
    }
    const remove = (imageIds: { imageTag?: string; imageDigest?: string }[]) =>
      ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds }));
    expect((await remove([{ imageTag: 'a' }])).imageIds).toEqual([{ imageTag: 'a', imageDigest: one.manifest.digest }]);
    expect((await remove([{ imageDigest: one.manifest.digest, imageTag: 'c' }])).failures).toMatchObject([
      { failureCode: 'ImageTagDoesNotMatchDigest' },
    ]);
    await remove([{ imageTag: 'b' }]);
    expect((await remove([{ imageDigest: one.manifest.digest }, { imageDigest: 'sha1:x' }])).failures).toMatchObject([
      { failureCode: 'ImageNotFound', failureReason: 'Requested image not found' },
      { failureCode: 'InvalidImageDigest' },
    ]);
    expect((await remove([{ imageDigest: two.manifest.digest }])).imageIds).toHaveLength(2);
    expect((await ecr.send(new ListImagesCommand({ repositoryName }))).imageIds).toEqual([]);
  });
});

describe('lists of images', () => {
  test('pages have every image and every tag once', async () => {
    const repositoryName = await newRepository();
    const expected: string[] = [];
    for (let index = 0; index < 6; index += 1) {
      const image = imageOf({ layer: blobOf(`layer ${index}`) });
      await push(registry, login, repositoryName, image);
      const tags = Array.from({ length: index % 3 }, (_, tag) => `t${index}-${tag}`);
      for (const tag of tags) await put(repositoryName, image, tag);
      expected.push(...(tags.length === 0 ? [`${image.manifest.digest} undefined`] : tags.map((tag) => `${image.manifest.digest} ${tag}`)));
    }
    for (const pageSize of [1, 2, 4, 100]) {
      const listed: string[] = [];
      for await (const page of paginateListImages({ client: ecr, pageSize }, { repositoryName })) {
        listed.push(...page.imageIds!.map(({ imageDigest, imageTag }) => `${imageDigest} ${imageTag}`));
      }
      expect(listed).toEqual(expected.sort());
      const described: string[] = [];
      for await (const page of paginateDescribeImages({ client: ecr, pageSize }, { repositoryName, filter: { tagStatus: 'TAGGED' } })) {
        described.push(...page.imageDetails!.flatMap(({ imageTags }) => imageTags!));
      }
      expect(described.sort()).toEqual(['t1-0', 't2-0', 't2-1', 't4-0', 't5-0', 't5-1']);
    }
    const untagged = await ecr.send(new ListImagesCommand({ repositoryName, filter: { tagStatus: 'UNTAGGED' } }));
    expect(untagged.imageIds).toHaveLength(2);
  });

  test('an image that is asked for and missing is an error, in the words of ECR', async () => {
    const repositoryName = await newRepository();
    const asked = ecr.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: 'v9' }] }));
    await expect(asked).rejects.toBeInstanceOf(ImageNotFoundException);
    await expect(asked).rejects.toThrow(
      `The image with imageId {imageDigest:'null', imageTag:'v9'} does not exist within the repository with name '${repositoryName}' in the registry with id '${ACCOUNT}'`,
    );
  });

  test('the day of the last pull is noted', async () => {
    const repositoryName = await newRepository();
    const image = imageOf();
    await push(registry, login, repositoryName, image, 'v1');
    const describeIt = async () => (await ecr.send(new DescribeImagesCommand({ repositoryName }))).imageDetails![0]!;
    expect((await describeIt()).lastRecordedPullTime).toBeUndefined();
    await fetch(`${registry.endpoint}/v2/${repositoryName}/manifests/v1`, { headers: { authorization: login } });
    expect((await describeIt()).lastRecordedPullTime).toBeInstanceOf(Date);
  });
});
