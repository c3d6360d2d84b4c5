import { once } from 'node:events';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';

import { SessionError } from './session-error.ts';

const GZIP = Buffer.from([0x1f, 0x8b, 0x08]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/**
 * The plain bytes of a layer. The compression is told from the first bytes and not from the media type: registries hold
 * layers whose media type is wrong, and containerd looks at the bytes as well.
 */
export async function decompress(source: Readable): Promise<Readable> {
  const head = await peek(source, ZSTD.length);
  if (head.subarray(0, GZIP.length).equals(GZIP)) return through(source, createGunzip());
  if (!head.equals(ZSTD)) return source;
  // Node has zstd since 22.15 and 23.8.
  if (typeof createZstdDecompress !== 'function') {
    throw new SessionError(
      'IMAGE_UNSUPPORTED',
      `A layer is compressed with zstd, which Node ${process.version} cannot read. Push it as gzip, or use Node 24.`,
    );
  }
  return through(source, createZstdDecompress());
}

function through<T extends NodeJS.ReadWriteStream & Readable>(source: Readable, decoder: T): Readable {
  // A failure of either destroys both; whoever reads the decoder gets the error.
  pipeline(source, decoder, () => undefined);
  return decoder;
}

async function peek(source: Readable, length: number): Promise<Buffer> {
  for (;;) {
    const chunk = source.read(length) as Buffer | null;
    if (chunk !== null) {
      source.unshift(chunk);
      return chunk;
    }
    if (source.readableEnded || source.readableLength === 0) {
      const ended = await Promise.race([once(source, 'readable').then(() => false), once(source, 'end').then(() => true)]);
      if (ended) return Buffer.alloc(0);
    } else {
      await once(source, 'readable');
    }
  }
}
