import { SessionError } from './session-error.ts';

/** System errors that an image's own names cause. */
const BAD_NAME = new Set(['ENAMETOOLONG', 'EINVAL', 'EILSEQ', 'ERR_INVALID_ARG_VALUE']);

/**
 * What went wrong with `what` as a SessionError: the image's fault (IMAGE_INVALID), or this machine's, whose disk is full
 * or not writable (CACHE_UNWRITABLE) or which starts no more processes (START_FAILED).
 */
export function asSessionError(error: unknown, what: string): SessionError {
  if (error instanceof SessionError) return error;
  const { message = String(error), code = '', syscall, path } = error as NodeJS.ErrnoException;
  if (syscall?.startsWith('spawn')) return new SessionError('START_FAILED', `${what} cannot be started: ${message}`, { cause: error });
  if (syscall === undefined || BAD_NAME.has(code)) {
    return new SessionError('IMAGE_INVALID', `${what} cannot be unpacked: ${message}`, { cause: error });
  }
  const where = path === undefined ? '' : ` at ${path}`;
  return new SessionError(
    'CACHE_UNWRITABLE',
    `${what} cannot be stored on this machine${where} (${code}). Check that its disk has room and can be written.`,
    { cause: error },
  );
}
