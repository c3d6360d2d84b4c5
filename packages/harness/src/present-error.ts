import { HarnessError, type HarnessErrorCode } from './errors.ts';

/**
 * What to print for an error, and with which status to end: 2 for a mistake in the use, 1 for a step that did not work, 130 for Ctrl-C.
 * A step that stands alone has a provider of its own, into which step 02 puts nothing.
 */
export function presentError(error: unknown, interrupted: boolean, { alone = false } = {}): { text: string; status: number } {
  if (interrupted) return { text: 'Stopped.', status: 130 };
  if (error instanceof HarnessError) return { text: `${error.message} [${error.code}]`, status: isMisuse(error.code) ? 2 : 1 };
  const {
    code,
    name,
    message,
    $metadata: metadata,
  } = (error ?? {}) as { code?: unknown; name?: string; message?: string; $metadata?: unknown };
  if (code === 'AGENT_ERROR' && message?.startsWith('401'))
    return {
      text: `The agent's model refused its key: ${message} Put the right one into ${alone ? 'its provider.' : 'the provider: npm start -- 02'} [${code}]`,
      status: 1,
    };
  // Errors of our packages carry a stable code, those of AWS their metadata: both say what is wrong, and a stack would only hide it.
  if (name !== undefined && /^(?:Identity|Deploy|Emulator|Runtime)Error$/.test(name) && typeof code === 'string')
    return { text: `${message} [${code}]`, status: 1 };
  if (metadata !== undefined) return { text: `AWS refused: ${message} [${name}]`, status: 1 };
  const disk = diskError(error);
  if (disk !== undefined) return { text: disk, status: 1 };
  const model = modelError(error);
  if (model !== undefined) return { text: model, status: 1 };
  return {
    text: `This is a bug of the tutorials, not yours. Please report it with what follows: https://github.com/agentcore-tutorials/agentcore-tutorials/issues\n${(error as Error)?.stack ?? String(error)}`,
    status: 1,
  };
}

const USAGE = new Set<string>([
  'UNKNOWN_STEP',
  'MISSING_STEP',
  'USAGE',
  'NOT_CONFIRMED',
  'NO_CREDENTIALS',
  'NO_MODEL_KEY',
  'OLD_NODE',
  'BAD_PAYLOAD',
  'UNKNOWN_EXERCISE',
  'BROKEN_ALREADY',
  'EDITED',
  'UNKNOWN_RUN',
  'OTHER_EMULATOR',
]);

/** Whether nothing was done, because of how it was asked for. */
export function isMisuse(code: HarnessErrorCode): boolean {
  return USAGE.has(code);
}

/** A checkout that only may be read, a disk that is full, a TMPDIR that is not there: nothing that a stack explains. */
function diskError(error: unknown): string | undefined {
  const { code = '', syscall, path, message } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  const isDisk =
    /^(?:EROFS|EACCES|EPERM|ENOSPC|EDQUOT)$/.test(code) || (code === 'ENOENT' && (syscall === 'mkdtemp' || syscall === 'mkdir'));
  if (!isDisk || path === undefined) return undefined;
  const advice =
    syscall === 'mkdtemp'
      ? 'Set TMPDIR to a directory that is there and can be written.'
      : 'Make room or change its permissions; AGENTCORE_TUTORIALS_HOME names another directory for the state of the tutorials.';
  return `${path} cannot be written: ${message?.split(',', 1)[0]}. ${advice} [NOT_WRITABLE]`;
}

/** Errors of the model's client: the agent framework wraps them, and the HTTP status is in the cause. */
function modelError(error: unknown): string | undefined {
  const { name, message, cause } = (error ?? {}) as { name?: string; message?: string; cause?: { status?: number } };
  if (name !== 'ModelError' && name !== 'ModelThrottledError') return undefined;
  const hint = cause?.status === 401 ? ' The key is wrong: check OPENAI_API_KEY, or run 02-create-provider again with the right one.' : '';
  return `The model refused: ${message}${hint} [MODEL_REFUSED]`;
}
