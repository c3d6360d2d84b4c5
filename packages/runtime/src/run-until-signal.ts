import { getContext } from '@agentcore-tutorials/identity';
import type { InvocationContext } from './context.ts';
import type { Logger } from './logger.ts';

export interface RunUntilSignalOptions {
  log: Logger;
  close(): Promise<void>;
  /** Writes the log lines that still wait. */
  flush(): void;
}

/**
 * Makes the process the app's: the first SIGTERM or SIGINT drains it and ends with status 0, the second ends at once.
 *
 * A promise that nobody awaited is logged, with the ids of its request, and the process goes on: one request's stray rejection must not end
 * the sessions of the others. An exception that nobody caught is logged, and ends the process with status 1.
 */
export function runUntilSignal({ log, close, flush }: RunUntilSignalOptions): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(signal === 'SIGINT' ? 130 : 143);
    stopping = true;
    log.info(`${signal}: finishing open requests`);
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error('The shutdown failed.', { error });
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('exit', flush);
  // Where Node knows in which request it happened, the line has the ids of that request.
  const own = (): Logger => (getContext() as InvocationContext | undefined)?.log ?? log;
  process.on('unhandledRejection', (error) => own().error('A promise was rejected and nobody handled it.', { error }));
  process.on('uncaughtException', (error) => {
    own().fatal('An exception was not caught; the process ends.', { error });
    process.exit(1);
  });
}
