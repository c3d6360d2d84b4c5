/** Stable names of what can go wrong with an agent process. */
export type SessionErrorCode =
  /** The image cannot be unpacked: corrupt, truncated, not what its digest says, or not a tar. */
  | 'IMAGE_INVALID'
  | 'IMAGE_TOO_LARGE'
  /** The image is fine, but this machine's disk is full or not writable. */
  | 'CACHE_UNWRITABLE'
  /** The image is fine, but this backend cannot run it (its entry point is not Node). */
  | 'IMAGE_UNSUPPORTED'
  /** The process ended before it answered /ping. */
  | 'START_FAILED'
  /** It runs, but does not listen or does not answer /ping with 200 in time. */
  | 'START_TIMEOUT'
  /** The process ended while it owed an answer. */
  | 'SESSION_CRASHED'
  /** The session was ended on purpose (stop, idle, lifetime, close) while it owed an answer. */
  | 'SESSION_STOPPED'
  /** The agent closed the connection without (or in the middle of) an answer, and lives on. */
  | 'CONNECTION_LOST'
  /** Sessions must run in bubblewrap, and cannot here. */
  | 'ISOLATION_UNAVAILABLE'
  | 'TOO_MANY_SESSIONS'
  | 'HOST_CLOSED';

export interface SessionErrorOptions {
  cause?: unknown;
  /** The last lines that the agent printed. They are the agent's own: show them to its owner only. */
  lastLines?: readonly string[];
}

/** An agent process cannot be started, or did not live to answer. */
export class SessionError extends Error {
  readonly code: SessionErrorCode;
  readonly lastLines: readonly string[];

  constructor(code: SessionErrorCode, message: string, { cause, lastLines = [] }: SessionErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'SessionError';
    this.code = code;
    this.lastLines = lastLines;
  }
}
