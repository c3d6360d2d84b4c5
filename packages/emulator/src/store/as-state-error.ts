import { EmulatorError } from '../emulator-error.ts';

/** SQLite's primary result codes, https://www.sqlite.org/rescode.html */
const SQLITE = { PERM: 3, READONLY: 8, IOERR: 10, CORRUPT: 11, FULL: 13, CANTOPEN: 14, NOTADB: 26 } as const;

const FULL = new Set<unknown>([SQLITE.FULL, 'ENOSPC', 'EDQUOT', 'EFBIG']);
const UNWRITABLE = new Set<unknown>([
  SQLITE.PERM,
  SQLITE.READONLY,
  SQLITE.CANTOPEN,
  SQLITE.IOERR,
  'EACCES',
  'EPERM',
  'EROFS',
  'EIO',
  'ENOTDIR',
  'ELOOP',
  'ENAMETOOLONG',
]);
/** The last one: a number where there was never one so large. */
const DAMAGED = new Set<unknown>([SQLITE.CORRUPT, SQLITE.NOTADB, 'ERR_OUT_OF_RANGE']);
/** Of a general error (1): the tables that every state has are not in the file any more. Any other one would be a mistake in our SQL. */
const NOT_OUR_TABLES = /^no such (?:table|column)|has no column named|unsupported file format|malformed database schema/;

/**
 * What the disk did to the state, as an EmulatorError: DATA_DIRECTORY_UNUSABLE when it is full or not writable, STATE_DAMAGED when the state file
 * is not one. Every other error is given back as it is.
 */
export function asStateError(error: unknown, directory: string): unknown {
  if (error instanceof EmulatorError) return error;
  const { code, errcode, message, syscall } = error as { code?: string; errcode?: number; message?: string; syscall?: string };
  // The lower byte is the primary code, what is above says more exactly where.
  const reason = code === 'ERR_SQLITE_ERROR' ? (errcode ?? 0) & 0xff : code;
  if (FULL.has(reason))
    return new EmulatorError(
      'DATA_DIRECTORY_UNUSABLE',
      `The disk of the data directory ${directory} is full. Make room, or give another one with --data.`,
      { cause: error },
    );
  // Where no directory can be made, in /proc say, the way to it is said to be missing.
  if (UNWRITABLE.has(reason) || (reason === 'ENOENT' && syscall === 'mkdir'))
    return new EmulatorError(
      'DATA_DIRECTORY_UNUSABLE',
      `The data directory ${directory} cannot be written: ${message}. Change its permissions, give another one with --data, or use --ephemeral.`,
      { cause: error },
    );
  if (DAMAGED.has(reason) || (reason === 1 && NOT_OUR_TABLES.test(message ?? '')))
    return new EmulatorError(
      'STATE_DAMAGED',
      `The state in ${directory} is damaged: ${message}. Restore the directory, or run agentcore-local reset to begin anew, and import an export if there is one.`,
      { cause: error },
    );
  return error;
}
