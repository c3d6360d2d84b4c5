import { afterAll, beforeAll, expect, test } from 'vitest';
import type { World } from '../test/world.ts';
import { startWorld } from '../test/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

/** The emulator has no CloudWatch Logs: the tap answers as that service does. */
test('destroy deletes the log groups of its runtime and no others; logs are read page by page', async () => {
  const deployment = await world.agent().deploy();
  const group = `/aws/bedrock-agentcore/runtimes/${deployment.agentRuntimeId}-DEFAULT`;
  const groups = new Set([group, `/aws/bedrock-agentcore/runtimes/test_agent2-abcdefghij-DEFAULT`]);
  world.tap.fault = ({ name }, body) => {
    const input = JSON.parse(name.endsWith('LogGroups') || name.endsWith('LogGroup') || name === 'FilterLogEvents' ? body : '{}') as {
      logGroupName?: string;
      nextToken?: string;
    };
    if (name === 'DescribeLogGroups') return { status: 200, body: { logGroups: [...groups].map((logGroupName) => ({ logGroupName })) } };
    if (name === 'DeleteLogGroup') return { status: groups.delete(input.logGroupName ?? '') ? 200 : 400, body: {} };
    if (name !== 'FilterLogEvents') return undefined;
    expect(input.logGroupName).toBe(group);
    return input.nextToken
      ? { status: 200, body: { events: [{ eventId: '2', timestamp: 1_700_000_000_001, message: 'two\n', logStreamName: 's' }] } }
      : {
          status: 200,
          body: { nextToken: 'more', events: [{ eventId: '1', timestamp: 1_700_000_000_000, message: 'one\n', logStreamName: 's' }] },
        };
  };
  const lines = [];
  for await (const line of deployment.logs()) lines.push(line);
  expect(lines).toEqual([
    { at: new Date(1_700_000_000_000), message: 'one', stream: 's' },
    { at: new Date(1_700_000_000_001), message: 'two', stream: 's' },
  ]);

  const report = await world.agent().destroy();
  expect(report).toMatchObject({ deleted: [deployment.agentRuntimeArn, group, expect.any(String), expect.any(String)], verified: true });
  expect([...groups]).toEqual(['/aws/bedrock-agentcore/runtimes/test_agent2-abcdefghij-DEFAULT']);
});

test('following shows each line once, late ones too, and ends with the signal', async () => {
  const deployment = await world.agent().deploy();
  const controller = new AbortController();
  const start = 1_700_000_000_000;
  const event = (n: number, at: number): { eventId: string; timestamp: number; message: string; logStreamName: string } => ({
    eventId: String(n),
    timestamp: start + at,
    message: `line ${n}`,
    logStreamName: 's',
  });
  // What is there at each look: the third line is older than the second, the first is out of sight by then.
  const looks = [[event(1, 0)], [event(1, 0), event(2, 15_000)], [event(2, 15_000), event(3, 14_000)]];
  const starts: number[] = [];
  world.tap.fault = ({ name }, body) => {
    if (name !== 'FilterLogEvents') return undefined;
    const { startTime } = JSON.parse(body) as { startTime: number };
    starts.push(startTime - start);
    return { status: 200, body: { events: (looks[starts.length - 1] ?? []).filter(({ timestamp }) => timestamp >= startTime) } };
  };
  const messages: string[] = [];
  for await (const { message } of deployment.logs({ follow: true, intervalMs: 1, signal: controller.signal, since: new Date(start) })) {
    messages.push(message);
    if (messages.length === 3) controller.abort();
  }
  expect(messages).toEqual(['line 1', 'line 2', 'line 3']);
  expect(starts).toEqual([0, 0, 5_000]);
});
