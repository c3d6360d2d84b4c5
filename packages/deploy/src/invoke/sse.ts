/** One event of a `text/event-stream` (WHATWG HTML, 9.2). */
export interface ServerSentEvent {
  /** Default `message`. */
  event: string;
  /** The `data` lines, joined with line feeds. */
  data: string;
  id?: string;
}

/** Bytes as they arrive: a stream of Node or of the web, or the streamed body of an AWS SDK answer. */
export type ByteSource = AsyncIterable<Uint8Array> | { transformToWebStream(): ReadableStream };

/**
 * Parses a stream of bytes as server-sent events, as the standard says: lines end in LF, CR or CRLF, wherever the chunks
 * are cut (within a line end or a UTF-8 character too); several `data` lines are one value; comments and an unfinished last
 * event are dropped.
 */
export async function* parseEvents(source: ByteSource): AsyncGenerator<ServerSentEvent> {
  const chunks = Symbol.asyncIterator in source ? source : (source.transformToWebStream() as AsyncIterable<Uint8Array>);
  let event = '';
  let id: string | undefined;
  let data: string[] = [];
  for await (const line of lines(chunks)) {
    if (line === '') {
      if (data.length > 0) yield { event: event || 'message', data: data.join('\n'), ...(id === undefined ? {} : { id }) };
      event = '';
      data = [];
      continue;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') data.push(value);
    else if (field === 'event') event = value;
    else if (field === 'id' && !value.includes('\0')) id = value;
  }
}

/** Complete lines only; a byte order mark at the start is dropped by the decoder. */
async function* lines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  let endedInCr = false;
  for await (const chunk of chunks) {
    let text = decoder.decode(chunk, { stream: true });
    if (text === '') continue;
    // The LF of a CRLF that was cut between two chunks belongs to the line that has been handed out already.
    if (endedInCr && text.startsWith('\n')) text = text.slice(1);
    endedInCr = text === '' ? false : text.endsWith('\r');
    const parts = (rest + text).split(/\r\n|\r|\n/);
    rest = parts.pop() ?? '';
    yield* parts;
  }
}
