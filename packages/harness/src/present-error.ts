import { commandLine } from './command-line.ts';
import { HarnessError, isMisuse } from './errors.ts';
import { verbatim, type Message } from './messages/catalog.ts';
import { t } from './messages/index.ts';
import type { TargetName } from './target.ts';

/** An error as it is shown: a sentence, its stable code, and the exit status. */
export interface Presented {
  text: Message;
  code?: string | undefined;
  /** Only of our own bugs. */
  stack?: string;
  /** 2 for a mistake in the use, 1 for a step that did not work, 130 for Ctrl-C. */
  status: number;
}

export const ISSUES = 'https://github.com/agentcore-tutorials/agentcore-tutorials/issues';

/** Errors of our own packages. Their codes are stable, and their messages say how to correct the cause. */
const OF_PACKAGES = new Set(['IdentityError', 'DeployError', 'EmulatorError', 'RuntimeError']);

export interface PresentOptions {
  /** The steps stand alone. */
  alone?: boolean;
  /** Of the command that failed: remedies name it. */
  target?: TargetName | undefined;
}

/** How an error is shown. A step that stands alone has a provider of its own, into which step 02 puts nothing. */
export function presentError(error: unknown, interrupted: boolean, { alone = false, target }: PresentOptions = {}): Presented {
  if (interrupted) return { text: t('run.stopped'), status: 130 };
  if (error instanceof HarnessError) return { text: error.said, code: error.code, status: isMisuse(error) ? 2 : 1 };
  return ofPackage(error, alone, target) ?? ofAws(error, target) ?? ofDisk(error) ?? ofModel(error) ?? ofBug(error);
}

function ofPackage(error: unknown, alone: boolean, target: TargetName | undefined): Presented | undefined {
  const { code, name = '', message: reason = '' } = (error ?? {}) as { code?: unknown; name?: string; message?: string };
  if (!OF_PACKAGES.has(name) || typeof code !== 'string') return undefined;
  if (code === 'AGENT_ERROR' && reason.startsWith('401'))
    return {
      text: alone ? t('error.agentModelKey.alone', { reason }) : t('error.agentModelKey', { reason, command: commandLine('02', target) }),
      code,
      status: 1,
    };
  return { text: withLogs(verbatim(reason), reason, target), code, status: 1 };
}

/** AWS keeps the answer of a failed agent to itself and points to its logs. */
function withLogs(text: Message, reason: string, target: TargetName | undefined): Message {
  return /CloudWatch logs|initialization time exceeded/i.test(reason)
    ? t('error.agentLogs', { reason: text, command: commandLine('logs', target) })
    : text;
}

function ofAws(error: unknown, target: TargetName | undefined): Presented | undefined {
  const { name, message: reason = '', $metadata: metadata } = (error ?? {}) as { name?: string; message?: string; $metadata?: unknown };
  return metadata === undefined ? undefined : { text: withLogs(t('error.aws', { reason }), reason, target), code: name, status: 1 };
}

/** A checkout that is read-only, a full disk, a TMPDIR that does not exist: nothing that a stack explains. */
function ofDisk(error: unknown): Presented | undefined {
  const { code = '', syscall, path, message = '' } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  const isMissing = code === 'ENOENT' && (syscall === 'mkdtemp' || syscall === 'mkdir');
  // A file where a folder is expected, or the other way round.
  const isOther = /^(?:EISDIR|ENOTDIR|ELOOP)$/.test(code) || (code === 'EEXIST' && syscall === 'mkdir');
  const isDenied = /^(?:EROFS|EACCES|EPERM)$/.test(code) || isMissing || isOther;
  const reason = message.split(',', 1)[0] ?? '';
  // What fails while a file is written, and not while it is opened, names none.
  if (isFull && path === undefined) return { text: t('error.disk.full.unknown', { reason }), code: 'NOT_WRITABLE', status: 1 };
  if ((!isFull && !isDenied) || path === undefined) return undefined;
  const values = { path, reason };
  const text = isFull ? t('error.disk.full', values) : syscall === 'mkdtemp' ? t('error.tmpdir', values) : t('error.disk.denied', values);
  return { text, code: 'NOT_WRITABLE', status: 1 };
}

/** Errors of the model's client. The agent framework wraps them; the HTTP status is in the cause. */
function ofModel(error: unknown): Presented | undefined {
  const { name, message: reason = '', cause } = (error ?? {}) as { name?: string; message?: string; cause?: { status?: number } };
  if (name !== 'ModelError' && name !== 'ModelThrottledError') return undefined;
  return { text: cause?.status === 401 ? t('error.modelKey', { reason }) : t('error.model', { reason }), code: 'MODEL_REFUSED', status: 1 };
}

function ofBug(error: unknown): Presented {
  return { text: t('error.bug', { url: ISSUES }), stack: (error as Error | undefined)?.stack ?? String(error), status: 1 };
}
