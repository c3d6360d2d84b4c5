import type { Run } from '../agent/run.ts';

/**
 * Sends a write and remembers how to take it back, before it is sent: an abort or a lost connection can hide that it was
 * carried out. Forgotten again when the service says that it refused. `back` must bear that there is nothing to take back.
 *
 * @throws what `send` throws
 */
export async function undoable<T>(run: Run, undo: Run['undo'][number], send: () => Promise<T>): Promise<T> {
  run.undo.push(undo);
  try {
    return await send();
  } catch (error) {
    if (wasRefused(error)) run.undo.splice(run.undo.indexOf(undo), 1);
    throw error;
  }
}

/** An answer of the service in the 400s: nothing was written. Unless it says "exists already" to a repetition: then the first attempt was. */
function wasRefused(error: unknown): boolean {
  const { name = '', $metadata = {} } = error as { name?: string; $metadata?: { httpStatusCode?: number; attempts?: number } };
  const { httpStatusCode = 0, attempts = 1 } = $metadata;
  const repeated = attempts > 1 && /AlreadyExists|AlreadyOwnedByYou|ConflictException/.test(name);
  return httpStatusCode >= 400 && httpStatusCode < 500 && !repeated;
}
