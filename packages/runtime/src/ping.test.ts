import { expect, test } from 'vitest';
import { LineLogger } from './logger.ts';
import { Ping, type PingStatus } from './ping.ts';

const log = new LineLogger({ level: 'silent', name: 'test', sink: () => undefined });

test('a handler that never answers does not hold up the ping', async () => {
  const ping = new Ping({ custom: () => new Promise<PingStatus>(() => undefined), isBusy: () => true, log, patience: 20 });
  expect((await ping.answer()).status).toBe('HealthyBusy');
});

test('a handler that answers late, by a failure, harms nobody', async () => {
  const { promise, reject } = Promise.withResolvers<PingStatus>();
  const ping = new Ping({
    custom: () => promise,
    isBusy: () => false,
    log,
    patience: 20,
  });
  expect((await ping.answer()).status).toBe('Healthy');
  reject(new Error('late'));
  await new Promise((resolve) => setImmediate(resolve)); // an unhandled rejection would fail this run
});

test('an answer that is no status is not believed', async () => {
  const ping = new Ping({ custom: () => 'Unhealthy' as PingStatus, isBusy: () => false, log });
  expect((await ping.answer()).status).toBe('Healthy');
});

test('forced, then custom, then by what is running', async () => {
  let busy = false;
  const ping = new Ping({ custom: undefined, isBusy: () => busy, log });
  expect((await ping.answer()).status).toBe('Healthy');
  busy = true;
  expect((await ping.answer()).status).toBe('HealthyBusy');
  ping.forced = 'Healthy';
  expect((await ping.answer()).status).toBe('Healthy');
});
