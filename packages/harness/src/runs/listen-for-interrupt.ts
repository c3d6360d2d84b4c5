import { constants } from 'node:os';
import { t } from '../messages/index.ts';
import type { Narrator } from '../narrator.ts';

/** Ctrl-C, the end of a job, a terminal that was closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interrupt {
  /** Its reason is the exit status. */
  signal: AbortSignal;
  release(): void;
}

/**
 * The first Ctrl-C ends the step in an orderly way; the second ends the process at once. Other signals count once: a process group and a launcher that
 * passes them on both deliver them. An output that is closed or full ends the step in an orderly way, too.
 */
export function listenForInterrupt(say: Pick<Narrator, 'text'>): Interrupt {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted && name === 'SIGINT') process.exit(Number(controller.signal.reason));
    if (controller.signal.aborted) return;
    process.stderr.write(`\n  ${say.text(t('run.stopping'))}\n`);
    controller.abort(128 + constants.signals[name]);
  };
  const onClosed = (error: NodeJS.ErrnoException): void => {
    if (error.code === 'EPIPE') return controller.abort(128 + constants.signals.SIGPIPE);
    process.stderr.write(`\n  ${say.text(t('run.stopping.output', { reason: error.message }))}\n`);
    controller.abort(1);
  };
  const ignore = (): void => undefined;
  for (const name of SIGNALS) process.on(name, onSignal);
  // Both stay: what is still written while the step ends must not end the process.
  process.stdout.on('error', onClosed);
  process.stderr.on('error', ignore);
  return {
    signal: controller.signal,
    release() {
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}
