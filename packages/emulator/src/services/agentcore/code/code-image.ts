import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { createTarPacker } from 'modern-tar';
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
              yield* toTar(await readCode({ objects }, digest)) as AsyncIterable<Buffer>;
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

/** @throws ZipError */
export async function layerOf(entries: readonly ZipEntry[]): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(toTar(entries), hash);
  return `sha256:${hash.digest('hex')}`;
}

/** The code as a tar, piece by piece: in memory is never more than a few of them. */
function toTar(entries: readonly ZipEntry[]): Readable {
  const { readable, controller } = createTarPacker();
  const write = async (): Promise<void> => {
    for (const { path, mode, size, read } of entries.toSorted((one, other) => (one.path < other.path ? -1 : 1))) {
      const header = { name: `${DIRECTORY.slice(1)}/${path}`, type: 'file' as const, size, mode, mtime: new Date(0) };
      const writer = controller.add(header).getWriter();
      // Its failures reach us by `write`.
      writer.closed.catch(() => undefined);
      for await (const chunk of read()) await writer.write(chunk);
      await writer.close();
    }
    controller.finalize();
  };
  write().catch((error: unknown) => controller.error(error));
  return Readable.fromWeb(readable as ReadableStream);
}
