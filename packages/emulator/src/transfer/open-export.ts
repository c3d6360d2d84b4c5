import type { ReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { EmulatorError } from '../emulator-error.ts';

export interface OpenExport {
  stream: ReadStream;
  /** What was wrong with the file, if reading it failed: whatever else failed then, failed for that. */
  failure(): EmulatorError | undefined;
}

/** @throws EmulatorError FILE_UNUSABLE */
export async function openExport(file: string): Promise<OpenExport> {
  const handle = await open(file).catch((cause: Error) => {
    throw unreadable(file, cause);
  });
  const stats = await handle.stat();
  // Some devices have no end.
  const what = stats.isDirectory() ? 'a directory' : stats.isCharacterDevice() || stats.isBlockDevice() ? 'a device' : undefined;
  if (what !== undefined) {
    await handle.close();
    throw unreadable(file, new Error(`it is ${what}`));
  }
  return readFrom(file, handle);
}

function readFrom(file: string, handle: FileHandle): OpenExport {
  let failed: EmulatorError | undefined;
  const stream = handle.createReadStream();
  stream.once('error', (error: NodeJS.ErrnoException) => {
    // Whoever reads may break it off, for a reason of its own.
    if (error.syscall === 'read') failed = unreadable(file, error);
  });
  return { stream, failure: () => failed };
}

function unreadable(file: string, cause: Error): EmulatorError {
  return new EmulatorError('FILE_UNUSABLE', `${file} cannot be read: ${cause.message}.`, { cause });
}
