// An agent for the tests of `run()`: the payload says what it does to its process.
import { AgentCoreApp } from '../../index.ts';

const deeds: Record<string, () => unknown> = {
  hang: () => new Promise(() => undefined),
  reject() {
    void Promise.reject(new Error('nobody awaits this'));
    return 'rejected';
  },
  throw() {
    setImmediate(() => {
      throw new Error('nobody catches this');
    });
    return new Promise(() => undefined);
  },
  exit: () => process.exit(3),
};

const app = new AgentCoreApp({
  drainTimeout: Number(process.env['DRAIN'] ?? 10_000),
  handle: (payload) => deeds[String(payload)]?.() ?? payload,
  onStop() {
    console.log('stopped in order');
    if (process.env['STOP'] === 'fail') throw new Error('cannot stop');
  },
});
await app.run();
