import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The folders of a data directory that hold what items refer to and what is too large for the database. Reset empties them, an export has them in
 * it. A service that keeps bytes in files adds its folder here; files are to be named `xx/<SHA-256 of what is in them>`, as createBlobStore does.
 */
export const BLOB_FOLDERS: readonly string[] = ['blobs', 'objects'];

/** Whole blobs only: what is half-written, and uploads under way, has other names. */
const BLOB = /^[0-9a-f]{2}[/\\][0-9a-f]{64}$/;

/** Every blob below `directory`, as `<folder>/xx/<digest>`. Reads in one go, so that what it answers is the state of one moment. */
export function listBlobs(directory: string): string[] {
  return BLOB_FOLDERS.flatMap((folder) =>
    entriesOf(join(directory, folder))
      .filter((path) => BLOB.test(path))
      .map((path) => `${folder}/${path.replaceAll('\\', '/')}`),
  );
}

export function digestOfBlob(path: string): string {
  return path.slice(-64);
}

function entriesOf(directory: string): string[] {
  try {
    return readdirSync(directory, { recursive: true }) as string[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
