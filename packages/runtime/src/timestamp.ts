/** The time now as ISO 8601. On a busy agent many lines fall into the same millisecond, and the text costs more than the rest of a line. */
export function createTimestamp(now: () => number = Date.now): () => string {
  let last = Number.NaN;
  let text = '';
  return () => {
    const time = now();
    if (time !== last) {
      last = time;
      text = new Date(time).toISOString();
    }
    return text;
  };
}
