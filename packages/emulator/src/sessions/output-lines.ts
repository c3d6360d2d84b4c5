import { StringDecoder } from 'node:string_decoder';
import type { Readable } from 'node:stream';

/** A line of more characters is cut into pieces: an agent that prints without end must not fill the memory. */
const MAX_LINE = 64 * 1024;

/** Calls `onLine` for every line of a stream, without its line end, and for what is left at the end. */
export function outputLines(stream: Readable, onLine: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const take = (text: string): void => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
    for (; rest.length > MAX_LINE; rest = rest.slice(MAX_LINE)) onLine(rest.slice(0, MAX_LINE));
  };
  stream.on('data', (chunk: Buffer) => {
    take(decoder.write(chunk));
    // A pipe is read up to 32 times in a row: of one that is always full, only once in a turn of the loop, so that others have theirs.
    stream.pause();
    setImmediate(() => stream.resume());
  });
  stream.on('end', () => {
    take(decoder.end());
    if (rest !== '') onLine(rest);
  });
  stream.on('error', () => undefined);
}
