import { expect, test } from 'vitest';
import type { Clients } from '../aws/connect.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { startEarly } from './start-early.ts';

const load = (): Promise<never> => Promise.reject(new Error('not needed here'));
const clients = { ecr: load, control: load, iam: load } as unknown as Clients;
const never = new Promise<Bundle>(() => undefined);

test('a bundle that never comes is given up with the signal, and at the end the bundler is told to stop', async () => {
  let told: AbortSignal | undefined;
  const early = startEarly({ name: 'a', entry: 'a.ts' }, clients, (_entry, signal) => {
    told = signal;
    return never;
  });
  const controller = new AbortController();
  const bundled = early.bundled(controller.signal);
  controller.abort(new Error('enough'));
  await expect(bundled).rejects.toThrow('enough');
  await expect(early.bundled(AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
  expect(told?.aborted).toBe(false);
  early.end();
  expect(told?.aborted).toBe(true);
});

test('a bundle that fails says so to whoever asks, and to nobody else', async () => {
  const early = startEarly({ name: 'a', entry: 'a.ts' }, clients, () => Promise.reject(new Error('does not compile')));
  await expect(early.bundled(new AbortController().signal)).rejects.toThrow('does not compile');
  await expect(startEarly({ name: 'a' }, clients, () => never).bundled(new AbortController().signal)).rejects.toMatchObject({
    code: 'INVALID_CONFIG',
  });
});
