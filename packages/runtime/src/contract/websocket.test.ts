import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { ping, SESSION } from './client.ts';
import { isMissing, target, type Target } from './target.ts';

function connect(agent: Target, headers: Record<string, string> = {}): WebSocket {
  const socket = new WebSocket(`${agent.url.replace('http', 'ws')}/ws`, { headers: { [SESSION]: 'socket-session', ...headers } });
  socket.on('error', () => undefined); // each test awaits what it expects; an error that nobody awaits must not end the run
  return socket;
}

describe.skipIf(isMissing('main'))('WebSocket', () => {
  const agent = target('main');

  test('52 a WebSocket echoes and knows its session', async () => {
    const socket = connect(agent());
    await once(socket, 'open', { signal: AbortSignal.timeout(30_000) });
    socket.send('hello');
    const [data] = (await once(socket, 'message', { signal: AbortSignal.timeout(30_000) })) as [Buffer];
    expect(JSON.parse(data.toString())).toEqual({ echo: 'hello', sessionId: 'socket-session' });
    socket.close();
  });

  test('53 a WebSocket handler that throws closes its socket with 1011, and the server lives', async () => {
    const socket = connect(agent(), { 'X-Amzn-Bedrock-AgentCore-Runtime-Custom-Throw': '1' });
    const [code] = (await once(socket, 'close', { signal: AbortSignal.timeout(30_000) })) as [number];
    expect(code).toBe(1011);
    expect((await ping(agent())).status).toBe('Healthy');
  });
});

describe.skipIf(isMissing('socketless'))('an app without a WebSocket handler', () => {
  const agent = target('socketless');

  test('54 without a WebSocket handler the handshake is refused', async () => {
    const socket = connect(agent());
    const [, response] = (await once(socket, 'unexpected-response', { signal: AbortSignal.timeout(30_000) })) as [
      unknown,
      { statusCode: number },
    ];
    expect(response.statusCode).toBeGreaterThanOrEqual(400);
    expect((await ping(agent())).status).toBe('Healthy');
    socket.terminate();
  });
});
