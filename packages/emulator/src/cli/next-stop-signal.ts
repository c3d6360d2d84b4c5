export interface StopSignal {
  /** Resolves at the first SIGINT, SIGTERM or SIGHUP. */
  received: Promise<NodeJS.Signals>;
  /** Leaves signals to whoever else listens, or to their default. */
  [Symbol.dispose](): void;
}

/**
 * Listens for the signal that ends a command. A second SIGINT or SIGTERM, while things are still being ended, ends the process at once; not so a
 * second SIGHUP: whoever closes a terminal may send one from the shell and one from the system.
 */
export function nextStopSignal(): StopSignal {
  const { promise: received, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let isReceived = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (isReceived) process.exit(130);
    isReceived = true;
    resolve(signal);
  };
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', resolve);
  return {
    received,
    [Symbol.dispose]: () => void process.off('SIGINT', stop).off('SIGTERM', stop).off('SIGHUP', resolve),
  };
}
