import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cliOf } from '../../../../testing/built.ts';
import type { World } from '../test/world.ts';
import { startWorld } from '../test/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

/** Lines appear some time after they were printed: reads until there are as many as expected. */
async function linesOf(read: () => AsyncGenerator<{ message: string; stream: string }>, count: number) {
  const readAll = () => Array.fromAsync(read());
  await expect.poll(readAll).toHaveLength(count);
  return readAll();
}

test('what an agent printed can be read, a stream for each session; destroy deletes its log groups and no others', async () => {
  const deployment = await world.agent().deploy();
  // Nobody has invoked it: there is no log group yet.
  expect(await Array.fromAsync(deployment.logs())).toEqual([]);
  for (const wrong of [{ intervalMs: Infinity }, { since: new Date('yesterday') }, { since: '2026-01-01' as unknown as Date }])
    await expect(Array.fromAsync(deployment.logs(wrong))).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
  const since = new Date();
  const sessions = ['one', 'two'].map((name) => `${name}-`.padEnd(36, '0'));
  for (const sessionId of sessions)
    for (const line of ['first', 'second']) {
      const reply = await deployment.invoke({ mode: 'print', seen: `${line} of ${sessionId}` }, { sessionId });
      await reply.json();
    }
  const lines = await linesOf(() => deployment.logs({ since }), 4);
  expect(lines.map(({ message }) => message)).toEqual(sessions.flatMap((sessionId) => [`first of ${sessionId}`, `second of ${sessionId}`]));
  expect(lines.map(({ stream }) => stream.replace(/[0-9a-f-]{36}$/, ''))).toEqual(
    lines.map(() => expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[runtime-logs-(?:one|two)-0+\]$/)),
  );
  expect(new Set(lines.map(({ stream }) => stream)).size).toBe(2);
  expect(await Array.fromAsync(deployment.logs({ since: new Date(Date.now() + 60_000) }))).toEqual([]);

  const group = `/aws/bedrock-agentcore/runtimes/${deployment.agentRuntimeId}-DEFAULT`;
  const others = '/aws/bedrock-agentcore/runtimes/test_agent2-abcdefghij-DEFAULT';
  const { CloudWatchLogs } = await import('@aws-sdk/client-cloudwatch-logs');
  const logs = new CloudWatchLogs({ ...world.aws, region: world.emulator.region });
  await logs.createLogGroup({ logGroupName: others });
  expect(await world.agent().destroy({ dryRun: true })).toMatchObject({ deleted: expect.arrayContaining([group]) });
  const report = await world.agent().destroy();
  expect(report).toMatchObject({ deleted: [deployment.agentRuntimeArn, group, expect.any(String), expect.any(String)], verified: true });
  expect((await logs.describeLogGroups({})).logGroups?.map(({ logGroupName }) => logGroupName)).toEqual([others]);
  await logs.deleteLogGroup({ logGroupName: others });
});

test('logs are read page by page', async () => {
  const deployment = await world.agent().deploy();
  const event = (eventId: string, timestamp: number, message: string) => ({ eventId, timestamp, message, logStreamName: 's' });
  world.tap.fault = ({ name }, body) => {
    if (name !== 'FilterLogEvents') return undefined;
    const { nextToken, logGroupName } = JSON.parse(body) as { logGroupName?: string; nextToken?: string };
    expect(logGroupName).toBe(`/aws/bedrock-agentcore/runtimes/${deployment.agentRuntimeId}-DEFAULT`);
    return nextToken
      ? { status: 200, body: { events: [event('2', 1_700_000_000_001, 'two\n')] } }
      : { status: 200, body: { nextToken: 'more', events: [event('1', 1_700_000_000_000, 'one\n')] } };
  };
  expect(await Array.fromAsync(deployment.logs())).toEqual([
    { at: new Date(1_700_000_000_000), message: 'one', stream: 's' },
    { at: new Date(1_700_000_000_001), message: 'two', stream: 's' },
  ]);
  world.tap.fault = () => undefined;
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

test('where nobody reads any more, as behind `| head`, the command ends and says nothing', async () => {
  await world.agent().deploy();
  const config = join(world.directory, 'logs.json');
  await writeFile(config, JSON.stringify(world.agent().definition));
  let pages = 0;
  // There is always more: the command would never end by itself.
  world.tap.fault = ({ name }) =>
    name === 'FilterLogEvents'
      ? {
          status: 200,
          body: {
            nextToken: 'more',
            events: [{ eventId: String((pages += 1)), timestamp: Date.now(), message: 'line', logStreamName: 's' }],
          },
        }
      : undefined;
  const cli = cliOf('deploy');
  const child = spawn(process.execPath, [cli, 'logs', '--config', config], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  const errors = text(child.stderr);
  await once(child.stdout, 'data');
  child.stdout.destroy();
  expect(await exited).toEqual([0, null]);
  expect(await errors).toBe('');
  world.tap.fault = () => undefined;
});
