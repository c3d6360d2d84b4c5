import type { ServerResponse } from 'node:http';
import { describeError } from './describe-error.ts';
import type { LineLogger } from './logger.ts';
import { dataFrame, SseEvent } from './sse-event.ts';
import { iteratorOf, type ValueIterator, type ValueStream } from './stream-values.ts';
import { drained, perTurn, turn } from './write.ts';

// Frames of one turn of the event loop leave in one write; past this many characters they leave at once.
const batch = 16 * 1024;

const streamHeaders = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', 'x-accel-buffering': 'no' };

/** The frame of a failure: the status has been sent, so the stream has to say it. */
export type FailureFrame = (error: unknown) => string;
export type ValueFrame = (value: unknown) => string;

export interface SendEventsOptions {
  log: LineLogger;
  frame?: ValueFrame;
  failure?: FailureFrame;
  headers?: Record<string, string>;
  /** Sends the headers with the first value and not before, and none of a stream's for a stream without values. */
  lazy?: boolean;
}

/**
 * Streams values as server-sent events, as fast as the client reads and no faster: `next()` is not called while the client's buffers are full.
 *
 * Ends without a throw: a failing generator ends in an event that says so, a client that went away in `return()`, so that `finally` runs.
 *
 * @returns whether all went well
 */
export async function sendEvents(response: ServerResponse, stream: ValueStream, options: SendEventsOptions): Promise<boolean> {
  const { log, failure = failureFrame, headers = streamHeaders, lazy = false } = options;
  const frame = options.frame ?? valueFrame();
  if (lazy) for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  else response.writeHead(200, headers);
  const iterator = iteratorOf(stream);
  let waiting = '';
  let scheduled = false;
  let sinceTurn = 0;
  const flush = (): void => {
    scheduled = false;
    const frames = waiting;
    waiting = '';
    if (response.destroyed) return;
    if (frames !== '') response.write(frames);
    else if (!lazy) response.flushHeaders(); // the client learns that the answer has begun, even if the first value takes long
  };
  const later = (): void => {
    if (scheduled) flush();
  };
  setImmediate(later);
  scheduled = true;

  // `return()` waits behind a pending `next()`, so a generator that is parked in an await of its own hears of the end by `context.signal`.
  const onClose = (): void => void close(iterator, log);
  response.once('close', onClose);
  let ok = true;
  try {
    for (;;) {
      const pending = iterator.next();
      const step = isThenable<IteratorResult<unknown>>(pending) ? await pending : pending;
      if (step.done === true || response.destroyed) break;
      waiting += frame(isThenable(step.value) ? await step.value : step.value);
      if (waiting.length >= batch) {
        sinceTurn += waiting.length;
        flush();
        if (sinceTurn >= perTurn) {
          sinceTurn = 0;
          await turn();
        }
      } else if (!scheduled) {
        scheduled = true;
        setImmediate(later);
      }
      if (response.writableNeedDrain) await drained(response);
    }
  } catch (error) {
    ok = false;
    if (!response.destroyed) {
      log.error('The stream of the answer failed.', { error });
      waiting += failure(error);
    }
  }
  response.off('close', onClose);
  if (response.destroyed) {
    await close(iterator, log);
    return false;
  }
  scheduled = false;
  const rest = waiting;
  waiting = '';
  if (rest !== '') response.write(rest); // apart from the end: headers that were not yet sent must not become those of one piece
  response.end();
  return ok;
}

async function close(iterator: ValueIterator, log: LineLogger): Promise<void> {
  try {
    await iterator.return?.();
  } catch (error) {
    log.warn('The generator failed while it was closed.', { error });
  }
}

function isThenable<T>(value: unknown): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** The frame of a value. Bytes are text: a ReadableStream of a fetch gives them, cut anywhere, also inside a character. */
export function valueFrame(): ValueFrame {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  return (value) => {
    if (value instanceof SseEvent) return value.frame;
    if (!(value instanceof Uint8Array)) return dataFrame(value);
    decoder ??= new TextDecoder();
    const text = decoder.decode(value, { stream: true });
    return text === '' ? '' : dataFrame(text);
  };
}

/** The last event of a stream that failed, in the form of the Python SDK. */
export function failureFrame(error: unknown): string {
  const { type, message } = describeError(error);
  return dataFrame({ error: message, error_type: type, message: 'An error occurred during streaming' });
}
