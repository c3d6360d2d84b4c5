import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import {
  CompleteLayerUploadCommand,
  InitiateLayerUploadCommand,
  PutImageCommand,
  UploadLayerPartCommand,
  type ECRClient,
} from '@aws-sdk/client-ecr';

/** Pushes an arm64 image of one layer by ECR's own API, so that only AWS's documentation is relied on. The layer is a tar of one file. */
export async function pushImage(
  ecr: ECRClient,
  {
    repositoryName,
    imageTag,
    content = 'hello',
    file = 'hello.txt',
    entrypoint = ['/hello'],
  }: { repositoryName: string; imageTag: string; content?: string; file?: string; entrypoint?: string[] },
): Promise<{ imageDigest: string; manifest: string }> {
  const tar = tarOf(file, Buffer.from(content));
  const layer = gzipSync(tar);
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'arm64',
      os: 'linux',
      config: { Entrypoint: entrypoint },
      rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
    }),
  );
  for (const blob of [layer, config]) {
    const { uploadId } = await ecr.send(new InitiateLayerUploadCommand({ repositoryName }));
    await ecr.send(
      new UploadLayerPartCommand({ repositoryName, uploadId, partFirstByte: 0, partLastByte: blob.length - 1, layerPartBlob: blob }),
    );
    await ecr.send(new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests: [digestOf(blob)] })).catch((error: unknown) => {
      if ((error as Error).name !== 'LayerAlreadyExistsException') throw error;
    });
  }
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    config: { mediaType: 'application/vnd.docker.container.image.v1+json', size: config.length, digest: digestOf(config) },
    layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', size: layer.length, digest: digestOf(layer) }],
  });
  const { image } = await ecr.send(new PutImageCommand({ repositoryName, imageManifest: manifest, imageTag }));
  return { imageDigest: image!.imageId!.imageDigest!, manifest };
}

const digestOf = (bytes: Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** POSIX ustar: a header of 512 bytes, the content in blocks of 512, two empty blocks. */
function tarOf(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  for (const [offset, text] of [
    [100, '0000755\0'],
    [108, '0000000\0'],
    [116, '0000000\0'],
    [124, `${content.length.toString(8).padStart(11, '0')}\0`],
    [136, '00000000000\0'],
    [148, '        '],
    [156, '0'],
    [257, 'ustar\u000000'],
  ] as const)
    header.write(text, offset);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc(((512 - (content.length % 512)) % 512) + 1024)]);
}
