import { RuntimeError } from './errors.ts';
import { toJson } from './serialize.ts';

/** A server-sent event with more than data. */
export interface SseEventInit {
  /** Any value; it is sent as JSON, on one line. */
  data: unknown;
  /** The event's name, without line breaks. */
  event?: string;
  /** The event's id, without line breaks and NUL. */
  id?: string;
  /** Milliseconds after which a client reconnects. */
  retry?: number;
}

/** Made by `sse()`. The class is the marker: a plain object that happens to have a `data` member is data. */
export class SseEvent {
  readonly frame: string;

  constructor({ data, event, id, retry }: SseEventInit) {
    let frame = '';
    if (event !== undefined) frame += `event: ${oneLine('event', event)}\n`;
    if (id !== undefined) frame += `id: ${oneLine('id', id)}\n`;
    if (retry !== undefined) {
      if (!Number.isInteger(retry) || retry < 0) throw new RuntimeError('INVALID_EVENT', `retry takes whole milliseconds, not ${retry}.`);
      frame += `retry: ${retry}\n`;
    }
    this.frame = `${frame}${dataFrame(data)}`;
  }
}

/**
 * Marks a value that a generator yields as a named event: `yield sse({ event: 'tool', data: { name } })`.
 *
 * @throws RuntimeError `INVALID_EVENT` for a name or an id with a line break, or a `retry` that is no whole number
 */
export function sse(event: SseEventInit): SseEvent {
  return new SseEvent(event);
}

/** The frame of a value: JSON never holds a raw line break, so one `data:` line is always enough. */
export function dataFrame(value: unknown): string {
  return `data: ${toJson(value)}\n\n`;
}

function oneLine(field: string, value: string): string {
  if (/[\r\n\0]/.test(value))
    throw new RuntimeError('INVALID_EVENT', `The ${field} of a server-sent event must not hold a line break or NUL.`);
  return value;
}
