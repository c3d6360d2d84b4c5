export type HarnessErrorCode =
  | 'UNKNOWN_STEP'
  | 'MISSING_STEP'
  | 'USAGE'
  | 'NOT_CONFIRMED'
  | 'NO_CREDENTIALS'
  | 'NO_MODEL_KEY'
  | 'NO_VENDOR'
  | 'CHECK_FAILED'
  | 'OLD_NODE'
  | 'BAD_PAYLOAD'
  | 'UNKNOWN_EXERCISE'
  | 'BROKEN_ALREADY'
  | 'EDITED'
  | 'UNKNOWN_RUN'
  | 'OTHER_EMULATOR';

/** Something that a learner can put right. It is shown as one paragraph, without a stack. */
export class HarnessError extends Error {
  override readonly name = 'HarnessError';
  readonly code: HarnessErrorCode;

  constructor(code: HarnessErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
