/**
 * The frame that the official package makes of a value: text as it is, a line of data for each of its lines; an object with a `data` member is
 * an event; anything else is data.
 */
export function eventFrame(value: unknown): string {
  if (typeof value === 'string') return dataLines(value);
  if (value instanceof Uint8Array) return dataLines(Buffer.from(value).toString('utf8'));
  const message = typeof value === 'object' && value !== null && 'data' in value ? (value as OfficialEvent) : { data: value };
  let frame = '';
  if (message.id) frame += `id: ${String(message.id)}\n`;
  if (message.event) frame += `event: ${String(message.event)}\n`;
  if (message.data !== undefined) frame += lines(JSON.stringify(message.data));
  if (message.retry) frame += `retry: ${String(message.retry)}\n`;
  return frame === '' ? '' : `${frame}\n`;
}

/** The last event of a stream that failed. */
export function failureEvent(error: unknown): string {
  return eventFrame({ event: 'error', data: { error: messageOf(error) } });
}

/** What the official package tells of a thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'Unknown error';
}

interface OfficialEvent {
  data?: unknown;
  id?: unknown;
  event?: unknown;
  retry?: unknown;
}

function dataLines(text: string): string {
  return `${lines(text)}\n`;
}

function lines(text: string): string {
  return text
    .split('\n')
    .map((line) => `data: ${line}\n`)
    .join('');
}
