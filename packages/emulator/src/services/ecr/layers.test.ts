import {
  BatchCheckLayerAvailabilityCommand,
  CompleteLayerUploadCommand,
  CreateRepositoryCommand,
  EmptyUploadException,
  GetDownloadUrlForLayerCommand,
  InitiateLayerUploadCommand,
  InvalidLayerException,
  InvalidLayerPartException,
  LayerAlreadyExistsException,
  LayerPartTooSmallException,
  LayersNotFoundException,
  UploadLayerPartCommand,
  UploadNotFoundException,
  type ECRClient,
} from '@aws-sdk/client-ecr';
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { blobOf, startRegistry, type TestRegistry } from '../../registry/fixture-registry.ts';

let registry: TestRegistry;
let ecr: ECRClient;
const repositoryName = 'layers';
const MiB = 1024 * 1024;
beforeAll(async () => {
  registry = await startRegistry();
  ecr = registry.ecr();
  await ecr.send(new CreateRepositoryCommand({ repositoryName }));
});
afterAll(() => registry.stop());

const begin = async () => (await ecr.send(new InitiateLayerUploadCommand({ repositoryName }))).uploadId!;
const part = (uploadId: string, first: number, bytes: Buffer) =>
  ecr.send(
    new UploadLayerPartCommand({
      repositoryName,
      uploadId,
      partFirstByte: first,
      partLastByte: first + bytes.length - 1,
      layerPartBlob: bytes,
    }),
  );
const complete = (uploadId: string, digest: string) =>
  ecr.send(new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests: [digest] }));

test('a layer goes up in parts, is available then, and comes down from its URL', async () => {
  const layer = blobOf(randomBytes(6 * MiB));
  const uploadId = await begin();
  expect(await part(uploadId, 0, layer.bytes.subarray(0, 5 * MiB))).toMatchObject({
    repositoryName,
    uploadId,
    lastByteReceived: 5 * MiB - 1,
  });
  expect(await part(uploadId, 5 * MiB, layer.bytes.subarray(5 * MiB))).toMatchObject({ lastByteReceived: 6 * MiB - 1 });
  expect(await complete(uploadId, layer.digest)).toMatchObject({ layerDigest: layer.digest });

  const absent = blobOf().digest;
  const { layers, failures } = await ecr.send(
    new BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests: [layer.digest, absent, 'sha256:x'] }),
  );
  expect(layers).toEqual([
    { layerDigest: layer.digest, layerAvailability: 'AVAILABLE', layerSize: 6 * MiB },
    { layerDigest: absent, layerAvailability: 'UNAVAILABLE' },
  ]);
  expect(failures).toMatchObject([{ layerDigest: 'sha256:x', failureCode: 'InvalidLayerDigest' }]);

  const { downloadUrl } = await ecr.send(new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: layer.digest }));
  const response = await fetch(downloadUrl!);
  expect(blobOf(Buffer.from(await response.arrayBuffer())).digest).toBe(layer.digest);

  // The link ends after an hour, and a changed one is no link.
  expect((await fetch(`${downloadUrl}x`)).status).toBe(403);
  registry.clock.skewMs = 61 * 60 * 1000;
  expect((await fetch(downloadUrl!)).status).toBe(403);
  registry.clock.skewMs = 0;
});

test('a part that does not follow the one before is refused, and says where the upload is', async () => {
  const uploadId = await begin();
  await part(uploadId, 0, Buffer.alloc(10));
  const refused = part(uploadId, 11, Buffer.alloc(10));
  await expect(refused).rejects.toBeInstanceOf(InvalidLayerPartException);
  await expect(refused).rejects.toMatchObject({ uploadId, lastValidByteReceived: 9 });
});

test('only the last part may be small', async () => {
  const uploadId = await begin();
  await part(uploadId, 0, Buffer.alloc(10));
  await part(uploadId, 10, Buffer.alloc(10));
  await expect(complete(uploadId, blobOf(Buffer.alloc(20)).digest)).rejects.toBeInstanceOf(LayerPartTooSmallException);
});

test('an upload without bytes, with others than promised, of what is there already, or that is not there', async () => {
  await expect(complete(await begin(), blobOf().digest)).rejects.toBeInstanceOf(EmptyUploadException);

  const layer = blobOf();
  const wrong = await begin();
  await part(wrong, 0, layer.bytes);
  await expect(complete(wrong, blobOf().digest)).rejects.toBeInstanceOf(InvalidLayerException);
  await expect(part(wrong, 1000, layer.bytes)).rejects.toBeInstanceOf(UploadNotFoundException);

  const first = await begin();
  await part(first, 0, layer.bytes);
  await complete(first, layer.digest);
  const again = await begin();
  await part(again, 0, layer.bytes);
  await expect(complete(again, layer.digest)).rejects.toBeInstanceOf(LayerAlreadyExistsException);
  await expect(complete(randomUUID(), layer.digest)).rejects.toBeInstanceOf(UploadNotFoundException);
});

test('a layer that is not in the repository has no URL', async () => {
  await expect(ecr.send(new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: blobOf().digest }))).rejects.toBeInstanceOf(
    LayersNotFoundException,
  );
});

test('an upload that was abandoned is removed after a day, bytes and all', async () => {
  const uploadId = await begin();
  await part(uploadId, 0, Buffer.alloc(100));
  registry.clock.skewMs = 23 * 60 * 60 * 1000;
  await begin();
  expect(await registry.services.blobs.uploads.size(uploadId)).toBe(100);
  registry.clock.skewMs = 25 * 60 * 60 * 1000;
  await begin();
  registry.clock.skewMs = 0;
  expect(await registry.services.blobs.uploads.size(uploadId)).toBeUndefined();
  await expect(part(uploadId, 100, Buffer.alloc(1))).rejects.toBeInstanceOf(UploadNotFoundException);
});
