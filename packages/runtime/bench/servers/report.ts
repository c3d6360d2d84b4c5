/** Answers the parent's question for what this process has used so far: CPU in microseconds, resident memory in bytes. */
export function report(): void {
  process.on('message', (message) => {
    if (message === 'gc') globalThis.gc?.();
    const { user, system } = process.cpuUsage();
    process.send?.({ cpu: user + system, rss: process.memoryUsage.rss() });
  });
  // The parent asks until it goes away.
  process.on('disconnect', () => process.exit(0));
}
