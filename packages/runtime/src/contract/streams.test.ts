import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { events, invoke, invokeJson, invokeRaw, invokeStream, SESSION } from './client.ts';
import { isMissing, target } from './target.ts';

describe.skipIf(isMissing('main'))('streams', () => {
  const agent = target('main');

  test('32 a string is sent as a quoted data line', async () => {
    expect(await invokeStream(agent(), { op: 'stream', value: ['hello'] })).toBe('data: "hello"\n\n');
  });

  test('33 an object is sent as one data line', async () => {
    expect((await invokeStream(agent(), { op: 'stream', value: [{ data: 1, event: 'x' }] })).replaceAll(/(?<=[:,]) /g, '')).toBe(
      'data:{"data":1,"event":"x"}\n\n',
    );
  });

  test('34 a line break stays within its data line', async () => {
    expect(await invokeStream(agent(), { op: 'stream', value: ['a\nb'] })).toBe('data: "a\\nb"\n\n');
  });

  test('35 a stream needs no Accept header', async () => {
    const headers = { 'content-type': 'application/json', [SESSION]: 'session-of-the-contract-suite-000000000' };
    const { status, text } = await invokeRaw(agent(), '{"op":"stream","value":[1,2]}', headers);
    expect(status).toBe(200);
    expect(events(text)).toEqual([1, 2]);
  });

  test('36 a plain generator streams too', async () => {
    expect(events(await invokeStream(agent(), { op: 'sync', value: [1, 'two', null] }))).toEqual([1, 'two', null]);
  });

  test('37 a throw after two values: two events and one that says so', async () => {
    const [first, second, failure, ...rest] = events(await invokeStream(agent(), { op: 'streamThenThrow', value: [1, 2] }));
    expect([first, second]).toEqual([1, 2]);
    expect(failure).toEqual({ error: 'stream broke', error_type: 'TypeError', message: 'An error occurred during streaming' });
    expect(rest).toEqual([]);
  });

  test('38 a throw before the first value: one event that says so, with status 200', async () => {
    expect(events(await invokeStream(agent(), { op: 'streamThenThrow', value: [] }))).toEqual([
      { error: 'stream broke', error_type: 'TypeError', message: 'An error occurred during streaming' },
    ]);
  });

  test('39 an empty generator: an empty stream, chunked', async () => {
    const response = await invoke(agent(), { op: 'stream', value: [] }, { headers: { accept: 'text/event-stream' } });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(response.headers.get('transfer-encoding')).toBe('chunked');
    expect(response.headers.get('content-length')).toBeNull();
    expect(await response.text()).toBe('');
  });

  test('40 a client that goes away leaves the next request unharmed', async () => {
    await openAndLeave();
    expect(await invokeJson(agent(), { op: 'echo', n: 40 })).toEqual({ op: 'echo', n: 40 });
  });

  test('41 a client that goes away while the generator waits: its finally runs', async () => {
    const id = await openAndLeave();
    await expect.poll(() => invokeJson(agent(), { op: 'finished', id })).toEqual({ finished: true });
  });

  async function openAndLeave(): Promise<string> {
    const id = randomUUID();
    const leave = new AbortController();
    const response = await invoke(agent(), { op: 'park', id }, { headers: { accept: 'text/event-stream' }, signal: leave.signal });
    const reader = response.body?.getReader();
    const first = await reader?.read();
    expect(new TextDecoder().decode(first?.value as Uint8Array)).toContain('parked');
    leave.abort();
    return id;
  }
});
