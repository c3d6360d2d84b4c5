import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { packTar } from 'modern-tar';
import type { EmulatorServices } from '../../../emulator-services.ts';
import { SessionError } from '../../../sessions/session-error.ts';
import type { AgentImage } from '../../../sessions/types.ts';
import { readZip, type ZipEntry } from './read-zip.ts';

/** What a version that was made from a zip remembers of it: an object that is replaced later does not change a version. */
export interface VersionCode {
  /** Of the zip, in the store of S3's objects. */
  digest: string;
  /** Of the tar that a session is unpacked from. */
  layer: string;
  entryPoint: string[];
}

/** Where the platform puts the code. */
const DIRECTORY = '/var/task';
/** https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/bedrock-agentcore-limits.html: 750 MB unzipped. */
const MAX_UNZIPPED = 750 * 1024 * 1024;

/** A zip as sessions take images: one layer, and `node` on its entry point. */
export function codeImage({ objects }: Pick<EmulatorServices, 'objects'>, { digest, layer, entryPoint }: VersionCode): AgentImage {
  return {
    digest: `sha256:${createHash('sha256')
      .update(`${layer}\n${entryPoint.join('\n')}`)
      .digest('hex')}`,
    layers: [
      {
        digest: layer,
        mediaType: 'application/vnd.oci.image.layer.v1.tar',
        open: () =>
          Readable.from(
            (async function* () {
              yield await toTar(await readCode({ objects }, digest));
            })(),
          ),
      },
    ],
    config: { architecture: 'arm64', os: 'linux', config: { Entrypoint: ['node', ...entryPoint], WorkingDir: DIRECTORY } },
  };
}

/** @throws ZipError, SessionError IMAGE_INVALID when the bytes are gone */
export async function readCode({ objects }: Pick<EmulatorServices, 'objects'>, digest: string): Promise<ZipEntry[]> {
  const zip = await readFile(objects.path(digest)).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new SessionError('IMAGE_INVALID', 'The code of this version is no longer there. Upload it again and update the runtime.');
  });
  return readZip(zip, { maxBytes: MAX_UNZIPPED });
}

export async function layerOf(entries: readonly ZipEntry[]): Promise<string> {
  return `sha256:${createHash('sha256')
    .update(await toTar(entries))
    .digest('hex')}`;
}

async function toTar(entries: readonly ZipEntry[]): Promise<Uint8Array> {
  const sorted = entries.toSorted((one, other) => (one.path < other.path ? -1 : 1));
  return packTar(
    sorted.map(({ path, mode, bytes }) => ({
      header: { name: `${DIRECTORY.slice(1)}/${path}`, type: 'file' as const, size: bytes.length, mode, mtime: new Date(0) },
      body: bytes,
    })),
  );
}
