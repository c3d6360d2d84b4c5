import { DeployError } from '../errors.ts';
import type { ServerSentEvent } from './sse.ts';
import { parseEvents } from './sse.ts';

/** The agent's answer. Its body can be read once, in one of the ways below; it arrives as the agent produces it. */
export interface Reply {
  readonly contentType: string;
  /** The session that answered: pass it on to stay in it. */
  readonly sessionId: string | undefined;
  readonly statusCode: number;
  /**
   * The text of the answer, piece by piece: the strings of an event stream, a JSON string without its quotes, or text as it
   * is. Other JSON values arrive as JSON.
   * @throws {DeployError} `AGENT_ERROR` when the agent reports an error in its stream; `type` is the error's own.
   */
  text(): AsyncGenerator<string>;
  /**
   * The values of an event stream, each as soon as it is there: for an agent that sends more than text.
   * @throws {DeployError} `AGENT_ERROR` when the agent reports an error in its stream; `type` is the error's own.
   */
  values(): AsyncGenerator<unknown>;
  /** The events of an event stream, as the agent sent them: an error event is an event like the others here. */
  events(): AsyncGenerator<ServerSentEvent>;
  /** The whole answer as JSON; of an event stream, the list of its values. `T` is what you expect: nothing checks it. */
  json<T = unknown>(): Promise<T>;
  bytes(): Promise<Uint8Array>;
}

export interface ReplyHead {
  contentType: string;
  sessionId: string | undefined;
  statusCode: number;
}

export function createReply(head: ReplyHead, body: AsyncIterable<Uint8Array>): Reply {
  let taken = false;
  const take = (): AsyncIterable<Uint8Array> => {
    if (taken) throw new DeployError('INVOKE_FAILED', 'The answer was read already: it streams, so it can be read once.');
    taken = true;
    return body;
  };
  const isStream = /^text\/event-stream\b/i.test(head.contentType);
  const isJson = /^application\/(?:[\w.-]+\+)?json\b/i.test(head.contentType);

  async function bytes(): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of take()) chunks.push(chunk);
    return new Uint8Array(Buffer.concat(chunks));
  }

  async function* values(): AsyncGenerator<unknown> {
    for await (const { data } of parseEvents(take())) {
      const value = parseJson(data);
      throwAgentError(value);
      yield value;
    }
  }

  async function* text(): AsyncGenerator<string> {
    if (isStream) {
      for await (const value of values()) yield asText(value);
    } else if (isJson) {
      yield asText(parseJson(new TextDecoder().decode(await bytes())));
    } else {
      const decoder = new TextDecoder();
      for await (const chunk of take()) {
        const piece = decoder.decode(chunk, { stream: true });
        if (piece) yield piece;
      }
      const last = decoder.decode();
      if (last) yield last;
    }
  }

  return {
    ...head,
    text,
    values,
    bytes,
    events: () => parseEvents(take()),
    async json<T>() {
      if (isStream) {
        const all: unknown[] = [];
        for await (const value of values()) all.push(value);
        return all as T;
      }
      const whole = new TextDecoder().decode(await bytes());
      try {
        return JSON.parse(whole) as T;
      } catch (error) {
        throw new DeployError(
          'INVOKE_FAILED',
          `The answer is ${head.contentType || 'of no content type'} and not JSON. Read it with text() or bytes().`,
          { cause: error },
        );
      }
    },
  };
}

/** A line that is not JSON is a plain string: not every agent follows the contract to the letter. */
function parseJson(data: string): unknown {
  try {
    return JSON.parse(data) as unknown;
  } catch {
    return data;
  }
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The error event of the runtime contract: `{"error", "error_type", "message"}`, after which the stream ends. */
function throwAgentError(value: unknown): void {
  if (typeof value !== 'object' || value === null || !('error' in value) || !('error_type' in value)) return;
  const { error, error_type: type } = value;
  throw new DeployError('AGENT_ERROR', String(error), { type: String(type) });
}
