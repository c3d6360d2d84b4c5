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
  | 'ISOLATION_UNAVAILABLE';

/** A mistake of whoever starts or uses the emulator. Its message says what is wrong and how to put it right; no stack is needed. */
export class EmulatorError extends Error {
  override readonly name = 'EmulatorError';
  readonly code: EmulatorErrorCode;

  constructor(code: EmulatorErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
