import type { LogEvent } from './read-agent-logs.ts';

/** What the log of an agent says about an event, for a reader. */
export interface LogLine {
  /** The time of day in UTC. */
  time: string;
  level: string;
  text: string;
  /** The other fields, `name=value`. */
  fields: string[];
  /** The error that a JSON event reports. */
  error?: string;
  stack?: string;
}

/** A log event for a reader: of a JSON event its level and message first. Anything else is a text as it is. */
export function describeLogEvent({ at, message }: LogEvent): LogLine {
  const time = new Date(at).toISOString().slice(11, 23);
  const fields = parseObject(message);
  if (fields === undefined) return { time, level: '', text: message.trimEnd(), fields: [] };
  const { level = '', message: text = '', timestamp: _timestamp, logger: _logger, errorType, errorMessage, stack, ...others } = fields;
  return {
    time,
    level: String(level).toUpperCase(),
    text: String(text),
    fields: Object.entries(others).map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`),
    ...(errorMessage === undefined ? {} : { error: [errorType, errorMessage].filter(Boolean).join(': ') }),
    ...(typeof stack === 'string' ? { stack } : {}),
  };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
