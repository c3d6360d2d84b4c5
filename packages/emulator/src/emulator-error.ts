export type EmulatorErrorCode =
  | 'ALREADY_RUNNING'
  | 'DIRECTORY_BUSY'
  | 'PORT_IN_USE'
  | 'INVALID_OPTION'
  | 'DATA_DIRECTORY_UNUSABLE'
  | 'STATE_DAMAGED'
  | 'STATE_TOO_NEW'
  | 'IMPORT_REFUSED'
  | 'FILE_UNUSABLE'
  | 'NO_STATE'
  | 'NOT_RUNNING'
  | 'REQUEST_FAILED'
  | 'COMMAND_NOT_FOUND'
  | 'ISOLATION_UNAVAILABLE'
  | 'OLD_NODE';

/** A mistake in the use of the emulator. The message says what is wrong and how to fix it; a stack trace adds nothing. */
export class EmulatorError extends Error {
  override readonly name = 'EmulatorError';
  readonly code: EmulatorErrorCode;

  constructor(code: EmulatorErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
