import { describe, expect, test } from 'vitest';
import { invokeJson, nextSecond, ping } from './client.ts';
import { isMissing, target } from './target.ts';

describe.skipIf(isMissing('main'))('ping', () => {
  const agent = target('main');

  test('01 GET /ping answers 200 Healthy with a stamp in whole seconds', async () => {
    const { status, time_of_last_update: stamp } = await ping(agent());
    expect(status).toBe('Healthy');
    expect(Number.isInteger(stamp)).toBe(true);
    // In seconds, and not in milliseconds.
    expect(new Date(stamp * 1000).getFullYear()).toBe(new Date().getFullYear());
  });

  test('02 POST /ping is answered by 405', async () => {
    const response = await fetch(`${agent().url}/ping`, { method: 'POST' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toContain('GET');
  });

  test('03 the stamp stays while the status stays', async () => {
    const first = await ping(agent());
    await nextSecond(Math.floor(Date.now() / 1000));
    expect(await ping(agent())).toEqual(first);
  });

  test('04 a task makes the app HealthyBusy and moves the stamp', async () => {
    const before = await ping(agent());
    await nextSecond(before.time_of_last_update);
    const { id } = await invokeJson(agent(), { op: 'taskAdd', value: 'index the library' });
    const during = await ping(agent());
    await invokeJson(agent(), { op: 'taskComplete', value: id });
    expect(during.status).toBe('HealthyBusy');
    expect(during.time_of_last_update).toBeGreaterThan(before.time_of_last_update);
  });

  test('05 completing the task answers true and makes the app Healthy', async () => {
    const { id } = await invokeJson(agent(), { op: 'taskAdd', value: 'index the library' });
    expect(await invokeJson(agent(), { op: 'taskComplete', value: id })).toEqual({ completed: true });
    expect((await ping(agent())).status).toBe('Healthy');
  });

  test('06 completing an unknown task answers false', async () => {
    expect(await invokeJson(agent(), { op: 'taskComplete', value: 424_242 })).toEqual({ completed: false });
  });

  test('13 a tracked function that throws is no longer tracked, and its error arrives', async () => {
    expect(await invokeJson(agent(), { op: 'trackThrow' })).toEqual({ rethrown: true });
    expect((await ping(agent())).status).toBe('Healthy');
  });

  test('14 tracking a function that is not async is refused', async () => {
    expect(await invokeJson(agent(), { op: 'trackSync' })).toEqual({ refused: true });
  });
});

describe.skipIf(isMissing('ping'))('ping with a custom handler', () => {
  const agent = target('ping');
  const mode = (value: string): Promise<unknown> => invokeJson(agent(), { op: 'pingMode', value });

  test('07 a custom ping handler is used, sync or async', async () => {
    await mode('HealthyBusy');
    expect((await ping(agent())).status).toBe('HealthyBusy');
    await mode('Healthy');
    expect((await ping(agent())).status).toBe('Healthy');
    await mode('async');
    expect((await ping(agent())).status).toBe('HealthyBusy');
  });

  test('08 a custom handler that throws falls back to the automatic status', async () => {
    await mode('throw');
    expect((await ping(agent())).status).toBe('Healthy');
    const { id } = await invokeJson(agent(), { op: 'taskAdd', value: 'work' });
    const during = await ping(agent());
    await invokeJson(agent(), { op: 'taskComplete', value: id });
    expect(during.status).toBe('HealthyBusy');
  });

  test('09 a change by the custom handler moves the stamp', async () => {
    await mode('Healthy');
    const before = await ping(agent());
    await nextSecond(before.time_of_last_update);
    await mode('HealthyBusy');
    const after = await ping(agent());
    expect(after.time_of_last_update).toBeGreaterThan(before.time_of_last_update);
    await nextSecond(after.time_of_last_update);
    expect(await ping(agent())).toEqual(after);
  });

  test('10 a forced status wins over the custom handler', async () => {
    await mode('Healthy');
    await invokeJson(agent(), { op: 'force', value: 'HealthyBusy' });
    const forced = await ping(agent());
    await invokeJson(agent(), { op: 'clearForced' });
    expect(forced.status).toBe('HealthyBusy');
  });

  test('11 clearing the forced status brings the automatic one back', async () => {
    await mode('throw');
    await invokeJson(agent(), { op: 'force', value: 'HealthyBusy' });
    expect((await ping(agent())).status).toBe('HealthyBusy');
    await invokeJson(agent(), { op: 'clearForced' });
    expect((await ping(agent())).status).toBe('Healthy');
  });

  test('12 when the ping code itself breaks, the answer is still 200 Healthy', async () => {
    await mode('poison');
    expect((await ping(agent())).status).toBe('Healthy');
  });
});
