import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { invoke, invokeJson, SESSION } from './client.ts';
import { byUrl, startAgent, stopAgent, type Target, type Variant } from './target.ts';

describe.skipIf(byUrl)('the process', () => {
  const started: Target[] = [];
  const start = async (variant: Variant, env?: Record<string, string>): Promise<Target> => {
    const agent = await startAgent(variant, env);
    started.push(agent);
    return agent;
  };
  afterEach(async () => {
    await Promise.all(started.splice(0).map(stopAgent));
  });

  test('55 the host is 0.0.0.0 in a container and loopback elsewhere', async () => {
    const inside = await start('main', { DOCKER_CONTAINER: '1' });
    expect(await accepts(inside, '127.0.0.2')).toBe(true);
    const outside = await start('main', { DOCKER_CONTAINER: '' });
    // All of 127/8 is loopback on Linux: what listens on 127.0.0.1 alone refuses 127.0.0.2.
    expect(await accepts(outside, '127.0.0.2')).toBe(existsSync('/.dockerenv'));
  });

  test('56 SIGTERM lets the request in flight finish, then the process ends with 0', async () => {
    const agent = await start('main');
    const exited = once(agent.process, 'exit');
    const stream = await invoke(
      agent,
      { op: 'ambientStream', ms: 150 },
      { headers: { accept: 'text/event-stream', [SESSION]: 'draining' } },
    );
    agent.process.kill('SIGTERM');
    expect((await stream.text()).match(/draining/g)).toHaveLength(3);
    expect(await exited).toEqual([0, null]);
  });

  test('57 a log line names the request and the session', async () => {
    const agent = await start('main');
    await invokeJson(
      agent,
      { op: 'echo' },
      { headers: { [SESSION]: 'logged-session', 'X-Amzn-Bedrock-AgentCore-Runtime-Request-Id': 'logged-request' } },
    );
    const lines = (): Record<string, unknown>[] =>
      agent
        .output()
        .split('\n')
        .filter((line) => line.startsWith('{') && line.endsWith('}'))
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    await expect
      .poll(lines)
      .toContainEqual(
        expect.objectContaining({ requestId: 'logged-request', sessionId: 'logged-session', message: expect.any(String) as string }),
      );
  });
});

function accepts({ url }: Target, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(new URL(url).port) });
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
