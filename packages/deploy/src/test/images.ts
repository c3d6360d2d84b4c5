import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { digestOf } from '../oci/digest.ts';
import type { TestRegistry } from './registry.ts';

/** Puts a small base image into the test registry and returns its manifest's digest. */
export async function addBase(
  registry: TestRegistry,
  repository: string,
  tag: string,
  platform = { os: 'linux', architecture: 'arm64' },
): Promise<string> {
  const body = `base of ${platform.architecture}`;
  const tar = await packTar([{ header: { name: 'etc/base', size: body.length, mtime: new Date(0) }, body }]);
  const layer = registry.addBlob(new Uint8Array(gzipSync(tar)));
  const config = registry.addBlob(
    JSON.stringify({
      ...platform,
      created: '2026-01-01T00:00:00Z',
      config: { Env: ['PATH=/usr/bin', 'NODE_ENV=old'] },
      rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
      history: [{ created_by: 'base' }],
    }),
  );
  return registry.addManifest(repository, tag, {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', ...layer }],
  });
}
