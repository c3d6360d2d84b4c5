import type { LogSink } from './logger.ts';

/**
 * Lines to stdout, those of one turn of the event loop in one write: a system call a turn and not one a line.
 *
 * `flush` writes what waits at once; call it where the process is about to end.
 */
export function createStdoutSink(stream: NodeJS.WritableStream = process.stdout): LogSink & { flush(): void } {
  let waiting = '';
  const flush = (): void => {
    if (waiting === '') return;
    const lines = waiting;
    waiting = '';
    stream.write(lines);
  };
  const sink = (line: string): void => {
    if (waiting === '') setImmediate(flush);
    waiting += line;
  };
  return Object.assign(sink, { flush });
}
