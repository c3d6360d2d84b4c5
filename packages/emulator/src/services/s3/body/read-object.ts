import { Readable } from 'node:stream';
import { EmulatorError } from '../../../emulator-error.ts';
import type { EmulatorServices } from '../../../emulator-services.ts';
import type { StoredVersion } from '../object.ts';

type Objects = Pick<EmulatorServices, 'objects'>;
/** Bytes that are kept, of an object or of a part. */
type Kept = Pick<StoredVersion, 'digest' | 'size'>;
type Range = { start: number; end: number };

/** Bytes that should be on disk are not: somebody changed the data directory, or they were deleted since their owner was looked up. */
export class ObjectFileDamaged extends EmulatorError {
  constructor(path: string, { size }: Kept, actual: number | undefined) {
    const found = actual === undefined ? 'is missing' : `has ${actual} bytes`;
    super(
      'STATE_DAMAGED',
      `The file of an S3 object, ${path}, ${found}; expected ${size} bytes. Restore the data directory, or delete the object and put it again.`,
    );
  }
}

/**
 * Opens the bytes of an object, or a range of them; both ends are included. From then on they stay readable, also when the object is deleted.
 * Exactly as many are read as the object has: a file that is cut off is an error, never a shorter object.
 *
 * @throws ObjectFileDamaged
 */
export async function openObject({ objects }: Objects, kept: Kept, range?: Range): Promise<Readable> {
  const { start, end } = range ?? { start: 0, end: kept.size - 1 };
  if (end < start) return Readable.from([]);
  const actual = await objects.size(kept.digest);
  if (actual !== kept.size) throw new ObjectFileDamaged(objects.path(kept.digest), kept, actual);
  const stream = objects.open(kept.digest, { start, end });
  await opened(stream, () => new ObjectFileDamaged(objects.path(kept.digest), kept, undefined));
  return Readable.from(
    exactly(stream, end - start + 1, (read) => new ObjectFileDamaged(objects.path(kept.digest), kept, start + read)),
    {
      objectMode: false,
    },
  );
}

/** The bytes of an object one chunk after the other. @throws ObjectFileDamaged */
export async function* readObject(emulator: Objects, kept: Kept, range?: Range): AsyncGenerator<Buffer> {
  for await (const chunk of await openObject(emulator, kept, range)) yield chunk as Buffer;
}

function opened(stream: Readable, missing: () => Error): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.once('open', resolve);
    stream.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'ENOENT' ? missing() : error));
  });
}

async function* exactly(stream: Readable, size: number, cutOff: (read: number) => Error): AsyncGenerator<Buffer> {
  let read = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    read += chunk.length;
    yield chunk;
  }
  if (read !== size) throw cutOff(read);
}
