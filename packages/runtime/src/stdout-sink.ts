import type { LogSink } from './logger.ts';

// A write is a system call, and on a busy agent the dearest part of a log line: lines wait for company this long, or up to this many characters.
const patience = 10;
const batch = 32 * 1024;

/**
 * Lines to stdout, those of some milliseconds in one write, an urgent one at once.
 *
 * `flush` writes what waits at once; call it where the process is about to end.
 */
export function createStdoutSink(stream: NodeJS.WritableStream = process.stdout): LogSink & { flush(): void } {
  let waiting = '';
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting === '') return;
    const lines = waiting;
    waiting = '';
    stream.write(lines);
  };
  const sink = (line: string, urgent: boolean): void => {
    waiting += line;
    if (urgent || waiting.length >= batch) flush();
    else timer ??= setTimeout(flush, patience);
  };
  return Object.assign(sink, { flush });
}
