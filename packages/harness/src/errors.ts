import type { Message } from './messages/catalog.ts';

/** Codes of mistakes in how a command was used: nothing was done. The exit status is 2. */
const MISUSE = [
  'UNKNOWN_STEP',
  'MISSING_STEP',
  'USAGE',
  'NOT_CONFIRMED',
  'NO_CREDENTIALS',
  'NO_MODEL_KEY',
  'NO_VENDOR',
  'NO_REGION',
  'UNREACHABLE',
  'OLD_NODE',
  'BAD_PAYLOAD',
  'UNKNOWN_EXERCISE',
  'BROKEN_ALREADY',
  'EDITED',
  'UNKNOWN_RUN',
  'OTHER_EMULATOR',
] as const;

export type HarnessErrorCode = (typeof MISUSE)[number] | 'CHECK_FAILED' | 'REPAIR_FAILED';

/** An error that a learner can correct. It is shown as one paragraph, without a stack. */
export class HarnessError extends Error {
  override readonly name = 'HarnessError';
  readonly code: HarnessErrorCode;
  /** The same as `message`, in every language. */
  readonly said: Message;

  constructor(code: HarnessErrorCode, said: Message, options?: { cause?: unknown }) {
    super(said.in('en'), options);
    this.code = code;
    this.said = said;
  }
}

/** Whether the error is a mistake in how a command was used. */
export function isMisuse(error: unknown): boolean {
  return error instanceof HarnessError && MISUSE.some((code) => code === error.code);
}
