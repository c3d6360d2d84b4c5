import { describeError } from './describe-error.ts';
import { redact } from './redact.ts';
import { createTimestamp } from './timestamp.ts';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/** Members of a log line beside the fixed ones. An `Error` under any name, and anything under `error`, is written as type, message and stack. */
export type LogFields = Record<string, unknown>;

/** Writes one method's lines: `log.info('text')`, `log.info('text', { rows: 3 })`, or in pino's order `log.info({ rows: 3 }, 'text')`. */
export type LogMethod = (first: string | LogFields | Error, second?: string | LogFields | Error) => void;

/** One JSON object a line, with the ids of the request it belongs to. */
export interface Logger {
  readonly level: LogLevel;
  readonly trace: LogMethod;
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
  readonly fatal: LogMethod;
  /** A logger that adds these members to each of its lines. */
  child(fields: LogFields): Logger;
}

/** Where lines go, each with its line feed. An urgent one tells of an error: the process may not live to write it later. */
export type LogSink = (line: string, urgent: boolean) => void;

const weight: Record<LogLevel, number> = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60, silent: 100 };

/** The level that an environment asks for by LOG_LEVEL (any case), else `info`. */
export function levelFromEnv(env: NodeJS.ProcessEnv = process.env): LogLevel {
  const wanted = env['LOG_LEVEL']?.toLowerCase();
  if (wanted === 'warning') return 'warn'; // Python's name of it, which the same deployments use
  if (wanted === 'critical') return 'fatal';
  return wanted !== undefined && Object.hasOwn(weight, wanted) ? (wanted as LogLevel) : 'info';
}

export interface LineLoggerOptions {
  level: LogLevel;
  name: string;
  sink: LogSink;
  timestamp?: () => string;
  /** Ready-made JSON members, each with a comma before it. */
  members?: string;
  /** Values that must not appear in a line. */
  secrets?: readonly string[];
}

/** The logger of the app, and, with the ids of a request among its members, of a request. */
export class LineLogger implements Logger {
  readonly level: LogLevel;
  readonly #options: LineLoggerOptions;
  readonly #threshold: number;
  readonly #timestamp: () => string;

  constructor(options: LineLoggerOptions) {
    this.level = options.level;
    this.#options = options;
    this.#threshold = weight[options.level];
    this.#timestamp = options.timestamp ?? createTimestamp();
  }

  trace(first: string | LogFields | Error, second?: string | LogFields | Error): void {
    if (this.#threshold <= weight.trace) this.#line('TRACE', first, second);
  }

  debug(first: string | LogFields | Error, second?: string | LogFields | Error): void {
    if (this.#threshold <= weight.debug) this.#line('DEBUG', first, second);
  }

  info(first: string | LogFields | Error, second?: string | LogFields | Error): void {
    if (this.#threshold <= weight.info) this.#line('INFO', first, second);
  }

  warn(first: string | LogFields | Error, second?: string | LogFields | Error): void {
    if (this.#threshold <= weight.warn) this.#line('WARN', first, second);
  }

  error(first: string | LogFields | Error, second?: string | LogFields | Error): void {
    if (this.#threshold <= weight.error) this.#line('ERROR', first, second);
  }

  fatal(first: string | LogFields | Error, second?: string | LogFields | Error): void {
    if (this.#threshold <= weight.fatal) this.#line('FATAL', first, second);
  }

  /** The line of a request that ended well. It holds nothing of the caller's, so it skips the search for secrets. */
  access(message: string, status: number, milliseconds: number): void {
    if (this.#threshold > weight.info) return;
    const { sink, name, members = '' } = this.#options;
    sink(
      `{"timestamp":"${this.#timestamp()}","level":"INFO","message":"${message}","logger":"${name}"${members},"status":${status},"durationMs":${milliseconds.toFixed(1)}}\n`,
      false,
    );
  }

  child(fields: LogFields): Logger {
    return new LineLogger({ ...this.#options, timestamp: this.#timestamp, members: (this.#options.members ?? '') + membersOf(fields) });
  }

  /** A logger of the same settings for one request. */
  forRequest(members: string, secrets: readonly string[]): LineLogger {
    const { level, name, sink } = this.#options;
    return new LineLogger({ level, name, sink, timestamp: this.#timestamp, members, secrets });
  }

  #line(level: string, first: string | LogFields | Error, second: string | LogFields | Error | undefined): void {
    const { sink, name, members = '', secrets = [] } = this.#options;
    const message = typeof first === 'string' ? first : typeof second === 'string' ? second : first instanceof Error ? first.message : '';
    const given = typeof first === 'string' ? second : first;
    const fields = given === undefined || typeof given === 'string' ? '' : membersOf(given instanceof Error ? { error: given } : given);
    const head = `{"timestamp":"${this.#timestamp()}","level":"${level}","message":${JSON.stringify(message)},"logger":"${name}"`;
    sink(`${redact(head + members + fields, secrets)}}\n`, level === 'ERROR' || level === 'FATAL');
  }
}

const secretName = /^(authorization|cookie|set-cookie)$|token|secret|password|api[-_]?key|credential/i;

function membersOf(fields: LogFields): string {
  let text = '';
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'error' || isError(value)) {
      const { type, message, stack } = describeError(value);
      text += `,"errorType":${JSON.stringify(type)},"errorMessage":${JSON.stringify(message)},"stack":${JSON.stringify(stack)}`;
    } else if (value !== undefined) {
      const json = secretName.test(name) ? '"[redacted]"' : safeJson(value);
      if (json !== undefined) text += `,${JSON.stringify(name)}:${json}`;
    }
  }
  return text;
}

function isError(value: unknown): boolean {
  try {
    return value instanceof Error;
  } catch {
    return false; // a Proxy may fail even here
  }
}

function safeJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, (name, inner: unknown) => (name !== '' && secretName.test(name) && inner !== null ? '[redacted]' : inner));
  } catch {
    return '"[not serializable]"'; // a log call must never be what fails a request
  }
}
