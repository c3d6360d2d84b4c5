/** What a handler may return to stream: any async iterable, a ReadableStream included, or an iterator such as a generator. */
export type ValueStream = AsyncIterable<unknown> | Iterator<unknown>;

/** Whether a result is streamed. Arrays, Sets, Maps and strings are values: they can be iterated, but are no iterators. */
export function isValueStream(value: unknown): value is ValueStream {
  if (typeof value !== 'object' || value === null) return false;
  if (Symbol.asyncIterator in value) return true;
  return Symbol.iterator in value && 'next' in value && typeof value.next === 'function';
}

/** One iterator for all of them. */
export function iteratorOf(stream: ValueStream): Iterator<unknown> | AsyncIterator<unknown> {
  return Symbol.asyncIterator in stream ? stream[Symbol.asyncIterator]() : stream;
}
