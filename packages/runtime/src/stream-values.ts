/** What a handler may return to stream: any async iterable, a ReadableStream included, or an iterator such as a generator. */
export type ValueStream = AsyncIterable<unknown> | Iterator<unknown>;

/** An iterator of either kind, which the end of its client may close at any time. */
export type ValueIterator = Pick<Iterator<unknown> | AsyncIterator<unknown>, 'next' | 'return'>;

/** Whether a result is streamed. Arrays, Sets, Maps and strings are values: they can be iterated, but are no iterators. */
export function isValueStream(value: unknown): value is ValueStream {
  if (typeof value !== 'object' || value === null) return false;
  if (Symbol.asyncIterator in value) return true;
  return Symbol.iterator in value && 'next' in value && typeof value.next === 'function';
}

/**
 * One iterator for all of them.
 *
 * The iterators of streams wait in `return()` until a pending read is over, which may be never: streams are closed by their own means.
 */
export function iteratorOf(stream: ValueStream): ValueIterator {
  if (!(Symbol.asyncIterator in stream)) return stream;
  if (isWebStream(stream)) {
    const reader = stream.getReader();
    return {
      next: async () => (await reader.read()) as IteratorResult<unknown>,
      return: async () => {
        await reader.cancel();
        return { done: true, value: undefined };
      },
    };
  }
  const iterator = stream[Symbol.asyncIterator]();
  if (!isNodeStream(stream)) return iterator;
  return {
    next: () => iterator.next(),
    return: async () => {
      stream.destroy();
      return { done: true, value: undefined };
    },
  };
}

function isWebStream(stream: object): stream is ReadableStream<unknown> {
  return 'getReader' in stream && typeof stream.getReader === 'function';
}

function isNodeStream(stream: object): stream is NodeJS.ReadableStream & { destroy(): void } {
  return 'pipe' in stream && 'destroy' in stream && typeof stream.destroy === 'function';
}
