import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';

import { packTar, type TarEntry } from 'modern-tar';

import type { AgentImage, AgentImageLayer, OciImageConfig } from './types.ts';

/** For tests: a file's content by its path, or a tar entry where a test needs a link, a mode or a hostile name. */
export type FixtureFiles = Record<string, string | Buffer> | readonly TarEntry[];

/** For tests: the tar of a layer. */
export async function fixtureTar(files: FixtureFiles): Promise<Buffer> {
  const entries = isEntries(files)
    ? files
    : Object.entries(files).map(([name, body]): TarEntry => ({
        header: { name, size: Buffer.byteLength(body), type: 'file', mode: 0o644 },
        body,
      }));
  return Buffer.from(await packTar(entries));
}

/** For tests: a layer of the bytes given, whatever they are. */
export function fixtureLayer(bytes: Buffer): AgentImageLayer & { opened: number } {
  return {
    digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
    mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
    opened: 0,
    open() {
      this.opened += 1;
      return Readable.from([bytes]);
    },
  };
}

/** For tests: an image of gzipped layers. Its digest follows from what is in it. */
export async function fixtureImage(layers: readonly FixtureFiles[], config: OciImageConfig['config'] = {}): Promise<AgentImage> {
  const built = await Promise.all(layers.map(async (files) => fixtureLayer(gzipSync(await fixtureTar(files)))));
  const digests = built.map(({ digest }) => digest);
  return {
    digest: `sha256:${createHash('sha256')
      .update(JSON.stringify([digests, config]))
      .digest('hex')}`,
    layers: built,
    config: { architecture: 'arm64', os: 'linux', config: { Cmd: ['node', '/app/index.mjs'], WorkingDir: '/app', ...config } },
  };
}

function isEntries(files: FixtureFiles): files is readonly TarEntry[] {
  return Array.isArray(files);
}
