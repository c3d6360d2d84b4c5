import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isSkippedWithout } from '../../../../testing/is-skipped-without.ts';
import { composeImage } from '../image/compose.ts';
import { createLayer } from '../image/layer.ts';
import { startDockerRegistry } from '../test/docker-registry.ts';
import type { RealRegistry } from '../test/docker-registry.ts';
import { memoryBlob, remoteBlob } from './blob.ts';
import { createRegistryClient } from './client.ts';
import { digestOf } from './digest.ts';
import { putManifest } from './manifest.ts';
import type { PushImage } from './push.ts';
import { planPush, pushImage } from './push.ts';
import { resolveImage } from './resolve.ts';
import { mediaTypes } from './types.ts';
import { uploadBlob } from './upload.ts';

describe.skipIf(isSkippedWithout('docker-registry') || isSkippedWithout('skopeo'))("with Debian's docker-registry and skopeo", () => {
  let registry: RealRegistry;
  let directory: string;
  beforeAll(async () => {
    registry = await startDockerRegistry();
    directory = await mkdtemp(join(tmpdir(), 'deploy-skopeo-'));
  });
  afterAll(async () => {
    await registry?.close();
    await rm(directory, { recursive: true, force: true });
  });

  test('a base with a large layer is pushed, our layer is put on it, and skopeo reads the result', async () => {
    const client = createRegistryClient({ endpoint: registry.url });
    const content = new Uint8Array(randomBytes(9 * 1024 * 1024));
    const tar = await packTar([{ header: { name: 'usr/lib/big', size: content.length, mtime: new Date(0) }, body: content }]);
    const baseLayer = new Uint8Array(gzipSync(tar));
    const config = new TextEncoder().encode(
      JSON.stringify({
        os: 'linux',
        architecture: 'arm64',
        variant: 'v8',
        config: { Env: ['PATH=/usr/bin'] },
        rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
      }),
    );
    await uploadBlob(client, 'base', memoryBlob(baseLayer, digestOf(baseLayer)));
    await uploadBlob(client, 'base', memoryBlob(config, digestOf(config)));
    const manifest = new TextEncoder().encode(
      JSON.stringify({
        schemaVersion: 2,
        config: { mediaType: mediaTypes.ociConfig, digest: digestOf(config), size: config.length },
        layers: [{ mediaType: mediaTypes.ociLayer, digest: digestOf(baseLayer), size: baseLayer.length }],
      }),
    );
    await putManifest(client, 'base', { bytes: manifest, mediaType: mediaTypes.ociManifest, digest: digestOf(manifest) });

    const base = await resolveImage(client, 'base', digestOf(manifest), { os: 'linux', architecture: 'arm64' });
    const layer = await createLayer([{ path: 'app/index.mjs', bytes: new TextEncoder().encode('console.log(1)') }]);
    const image = composeImage(base, layer);
    const push: PushImage = {
      manifest: image.manifest,
      blobs: [
        ...image.baseLayers.map((descriptor) => ({ ...remoteBlob(client, 'base', descriptor), mountFrom: 'base' })),
        memoryBlob(layer.bytes, layer.digest),
        memoryBlob(image.config.bytes, image.config.digest),
      ],
    };
    const plan = await planPush(client, 'agents/one', push);
    expect(plan.missing).toHaveLength(3);
    expect(await pushImage(client, 'agents/one', push, plan)).toMatchObject({ mounted: 1, uploaded: 2 });
    expect(await planPush(client, 'agents/one', push)).toMatchObject({ complete: true, bytes: 0 });

    // And without a mount, streamed from one repository into another.
    const streamed = { ...push, blobs: push.blobs.map(({ mountFrom: _none, ...blob }) => blob) };
    expect(await pushImage(client, 'agents/two', streamed, await planPush(client, 'agents/two', streamed))).toMatchObject({
      mounted: 0,
      uploaded: 3,
    });

    for (const repository of ['agents/one', 'agents/two']) {
      const target = join(directory, repository.replace('/', '-'));
      execFileSync('skopeo', [
        'copy',
        '--quiet',
        '--src-tls-verify=false',
        '--override-os=linux',
        '--override-arch=arm64',
        `docker://${registry.host}/${repository}@${image.manifest.digest}`,
        `dir:${target}`,
      ]);
      const copied = JSON.parse(await readFile(join(target, 'manifest.json'), 'utf8')) as {
        config: { digest: string };
        layers: { digest: string }[];
      };
      const copiedConfig = JSON.parse(await readFile(join(target, copied.config.digest.slice(7)), 'utf8')) as {
        rootfs: { diff_ids: string[] };
        config: object;
      };
      const uncompressed = await Promise.all(
        copied.layers.map(async ({ digest }) => digestOf(gunzipSync(await readFile(join(target, digest.slice(7)))))),
      );
      expect(copiedConfig.rootfs.diff_ids).toEqual(uncompressed);
      expect(copiedConfig.config).toEqual({
        Env: ['PATH=/usr/bin', 'DOCKER_CONTAINER=1', 'NODE_ENV=production'],
        User: '1000',
        ExposedPorts: { '8080/tcp': {} },
        Entrypoint: ['node'],
        Cmd: ['/app/index.mjs'],
        WorkingDir: '/app',
      });
    }
  });
});
