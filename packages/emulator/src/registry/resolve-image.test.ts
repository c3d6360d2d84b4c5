import { buffer } from 'node:stream/consumers';
import { CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ACCOUNT,
  blobOf,
  imageOf,
  OTHER_ACCOUNT,
  push,
  putBlob,
  startRegistry,
  type TestImage,
  type TestRegistry,
} from './fixture-registry.ts';
import { OCI_INDEX, OCI_MANIFEST } from './manifest.ts';
import { locateImage, parseImageUri, resolveImage } from './resolve-image.ts';

let registry: TestRegistry;
let authorization: string;
const HOST = `${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com`;
beforeAll(async () => {
  registry = await startRegistry();
  await registry.ecr().send(new CreateRepositoryCommand({ repositoryName: 'agent' }));
  authorization = await registry.login();
});
afterAll(() => registry.stop());

const locate = (uri: string) => locateImage(registry.services, uri);

async function pushIndex(tag: string, images: { image: TestImage; platform?: object }[]): Promise<string> {
  for (const { image } of images) expect((await push(registry, authorization, 'agent', image)).status).toBe(201);
  const manifests = images.map(({ image: { manifest }, platform }) => ({
    mediaType: OCI_MANIFEST,
    digest: manifest.digest,
    size: manifest.bytes.length,
    ...(platform ? { platform } : {}),
  }));
  const index = blobOf(JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests }));
  const put = await fetch(`${registry.endpoint}/v2/agent/manifests/${tag}`, {
    method: 'PUT',
    headers: { authorization, 'content-type': OCI_INDEX },
    body: new Uint8Array(index.bytes),
  });
  expect(put.status).toBe(201);
  return index.digest;
}

describe('an image that is there', () => {
  test('is found by tag, by digest, by both, and as latest without either', async () => {
    const image = imageOf();
    await push(registry, authorization, 'agent', image, 'latest');
    for (const reference of ['', ':latest', `@${image.manifest.digest}`, `:other@${image.manifest.digest}`]) {
      const resolved = await resolveImage(registry.services, `${HOST}/agent${reference}`);
      expect(resolved).toMatchObject({
        digest: image.manifest.digest,
        namedDigest: image.manifest.digest,
        repositoryArn: `arn:aws:ecr:eu-west-1:${ACCOUNT}:repository/agent`,
        isPublic: false,
        config: JSON.parse(image.config.bytes.toString()) as object,
        layers: [{ digest: image.layer.digest, mediaType: 'application/vnd.oci.image.layer.v1.tar' }],
      });
      expect(await buffer(resolved.layers[0]!.open())).toEqual(image.layer.bytes);
    }
  });

  test('is taken out of an index by its platform, whatever else is in it', async () => {
    const [attestation, amd64, v7, arm64] = [imageOf(), imageOf({ architecture: 'amd64' }), imageOf(), imageOf()];
    const digest = await pushIndex('multi', [
      { image: attestation, platform: { architecture: 'unknown', os: 'unknown' } },
      { image: amd64, platform: { architecture: 'amd64', os: 'linux' } },
      { image: v7, platform: { architecture: 'arm', os: 'linux', variant: 'v7' } },
      { image: arm64, platform: { architecture: 'arm64', os: 'linux' } },
    ]);
    expect(await resolveImage(registry.services, `${HOST}/agent:multi`)).toMatchObject({
      digest: arm64.manifest.digest,
      namedDigest: digest,
    });
  });

  test('may be in another account or region, and in the public gallery', async () => {
    const client = registry.ecr(OTHER_ACCOUNT);
    await client.send(new CreateRepositoryCommand({ repositoryName: 'theirs' }));
    await push(registry, await registry.login(client), 'theirs', imageOf(), 'v1');
    expect(await locate(`${OTHER_ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/theirs:v1`)).toMatchObject({
      ok: true,
      image: { repositoryArn: `arn:aws:ecr:eu-west-1:${OTHER_ACCOUNT}:repository/theirs` },
    });
    expect(await locate(`${OTHER_ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/theirs:v1`)).toMatchObject({
      ok: false,
      reason: 'repository-missing',
    });
    expect(await locate('public.ecr.aws/docker/library/node:22-slim')).toMatchObject({
      ok: true,
      image: { isPublic: true, config: { architecture: 'arm64' } },
    });
  });
});

describe('what cannot be used says why', () => {
  test.each([
    ['a repository that is not there', `${HOST}/nowhere:v1`, 'repository-missing'],
    ['one of a public gallery', 'public.ecr.aws/docker/library/python:3', 'repository-missing'],
    ['a tag that is not there', `${HOST}/agent:v999`, 'image-missing'],
    ['a digest that is not there', `${HOST}/agent@sha256:${'0'.repeat(64)}`, 'image-missing'],
    ['a digest that is none', `${HOST}/agent@nonsense`, 'image-missing'],
    ['another registry', 'docker.io/library/node:22', 'uri-invalid'],
    ['a name that AgentCore does not take', `${HOST}/a__b:v1`, 'uri-invalid'],
    ['nothing', '', 'uri-invalid'],
    ['a very long text', `${HOST}/${'a-'.repeat(100_000)}`, 'uri-invalid'],
  ])('%s', async (_what, uri, reason) => {
    expect(await locate(uri)).toMatchObject({ ok: false, reason, message: expect.stringMatching(/.{20}/) });
  });

  test('an image, or an index, for other platforms only', async () => {
    await push(registry, authorization, 'agent', imageOf({ architecture: 'amd64' }), 'intel');
    await push(registry, authorization, 'agent', imageOf({ os: 'windows' }), 'windows');
    await pushIndex('none', [{ image: imageOf({ architecture: 'amd64' }), platform: { architecture: 'amd64', os: 'linux' } }]);
    await pushIndex('bare', [{ image: imageOf() }]);
    for (const tag of ['intel', 'windows', 'none', 'bare'])
      expect(await locate(`${HOST}/agent:${tag}`)).toMatchObject({ ok: false, reason: 'platform-unsupported' });
    await expect(resolveImage(registry.services, `${HOST}/agent:intel`)).rejects.toMatchObject({
      code: 'IMAGE_UNSUPPORTED',
      message: expect.stringContaining('linux/amd64'),
    });
  });

  test.each([
    ['not JSON', 'x'],
    ['null', 'null'],
    ['without a platform', '{}'],
    ['with a number for one', '{"os":1,"architecture":2}'],
  ])('a configuration that is %s', async (_what, text) => {
    const config = blobOf(text);
    await putBlob(registry, authorization, 'agent', config.bytes, config.digest);
    const manifest = blobOf(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: OCI_MANIFEST,
        config: { mediaType: 'x', digest: config.digest, size: config.bytes.length },
        layers: [],
      }),
    );
    await fetch(`${registry.endpoint}/v2/agent/manifests/${manifest.digest}`, {
      method: 'PUT',
      headers: { authorization, 'content-type': OCI_MANIFEST },
      body: new Uint8Array(manifest.bytes),
    });
    expect(await locate(`${HOST}/agent@${manifest.digest}`)).toMatchObject({ ok: false, reason: 'config-unreadable' });
    await expect(resolveImage(registry.services, `${HOST}/agent@${manifest.digest}`)).rejects.toMatchObject({ code: 'IMAGE_INVALID' });
  });
});

test('a URI is read into its parts', () => {
  expect(parseImageUri(`${HOST}/team/agent:v1@sha256:ab`)).toEqual({
    registry: { accountId: ACCOUNT, region: 'eu-west-1' },
    name: 'team/agent',
    tag: 'v1',
    digest: 'sha256:ab',
  });
  expect(parseImageUri('public.ecr.aws/x')).toMatchObject({ name: 'x' });
});
