/**
 * Resolves at the first SIGINT, SIGTERM or SIGHUP. A second SIGINT or SIGTERM, while things are still being ended, ends the process at once;
 * not so a second SIGHUP: whoever closes a terminal may send one from the shell and one from the system.
 */
export function nextStopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(130));
        resolve(signal);
      });
    }
    process.on('SIGHUP', resolve);
  });
}
