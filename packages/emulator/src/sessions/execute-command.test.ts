import { afterEach, describe, expect, test, vi } from 'vitest';

import { isSkippedWithoutBubblewrap } from './fixture-bubblewrap.ts';
import { agentCode, fixtureHost, isAlive, post, sessionSpec, textOf, type FixtureHost } from './fixture-host.ts';
import { fixtureImage } from './fixture-image.ts';
import type { SessionCommand, SessionCommandEvent, SessionSpec } from './types.ts';

const isolations = (await isSkippedWithoutBubblewrap()) ? (['none'] as const) : (['none', 'bubblewrap'] as const);

async function agentSpec(): Promise<SessionSpec> {
  const image = await fixtureImage(
    [
      {
        'app/index.mjs': `import fs from 'node:fs';${agentCode(`response.end(fs.readFileSync('note', 'utf8'));`)}`,
        'app/note': 'original',
      },
    ],
    { Env: ['NAME=agent'] },
  );
  return sessionSpec(image);
}

async function run(
  { host }: FixtureHost,
  spec: SessionSpec,
  command: SessionCommand,
): Promise<{ stdout: string; stderr: string; exit: SessionCommandEvent | undefined }> {
  const result = { stdout: '', stderr: '', exit: undefined as SessionCommandEvent | undefined };
  for await (const event of host.execute(spec, command)) {
    if (event.type === 'output') result[event.stream] += event.text;
    else if (event.type === 'exit') result.exit = event;
  }
  return result;
}

afterEach(() => void vi.useRealTimers());

describe.each(isolations)('a command beside an agent (isolation %s)', (isolation) => {
  test("has the agent's files and environment, and says how it ended", async () => {
    await using fixture = await fixtureHost({ isolation });
    const spec = await agentSpec();
    expect(await run(fixture, spec, { command: 'cat note; echo $NAME >&2; printf changed > note; exit 3' })).toEqual({
      stdout: 'original',
      stderr: 'agent\n',
      exit: { type: 'exit', exitCode: 3, status: 'COMPLETED' },
    });
    expect(await textOf(await fixture.host.invoke(spec, post()))).toBe('changed');
    expect(fixture.host.list()).toMatchObject([{ inFlight: 0 }]);
  });

  test('is ended with all that it started when its time is over', async () => {
    await using fixture = await fixtureHost({ isolation });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const events: SessionCommandEvent[] = [];
    for await (const event of fixture.host.execute(await agentSpec(), { command: 'echo begun; sleep 1000 & wait', timeoutSeconds: 60 })) {
      events.push(event);
      if (event.type === 'output') vi.advanceTimersByTime(60_000);
    }
    expect(events).toEqual([
      { type: 'start' },
      { type: 'output', stream: 'stdout', text: 'begun\n' },
      { type: 'exit', exitCode: 137, status: 'TIMED_OUT' },
    ]);
  });
});

describe('a command', () => {
  test('streams its output as it comes, and no faster than it is read', async () => {
    await using fixture = await fixtureHost();
    const events = fixture.host.execute(await agentSpec(), { command: 'echo first; sleep 1000' })[Symbol.asyncIterator]();
    expect((await events.next()).value).toEqual({ type: 'start' });
    expect((await events.next()).value).toEqual({ type: 'output', stream: 'stdout', text: 'first\n' });
    await events.return?.();
    let bytes = 0;
    for await (const event of fixture.host.execute(await agentSpec(), { command: 'head -c 20000000 /dev/zero' }))
      if (event.type === 'output') bytes += event.text.length;
    expect(bytes).toBe(20_000_000);
  });

  test('that the caller breaks off or aborts leaves nothing', async () => {
    await using fixture = await fixtureHost();
    const spec = await agentSpec();
    let pid = 0;
    for await (const event of fixture.host.execute(spec, { command: 'sleep 1000 & echo $!; wait' })) {
      if (event.type !== 'output') continue;
      pid = Number(event.text);
      expect(isAlive(pid)).toBe(true);
      break;
    }
    await expect.poll(() => isAlive(pid)).toBe(false);
    const abort = new AbortController();
    const aborted = (async () => {
      for await (const _ of fixture.host.execute(spec, { command: 'echo up; sleep 1000', signal: abort.signal })) abort.abort();
    })();
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('ends with its session', async () => {
    await using fixture = await fixtureHost();
    const spec = await agentSpec();
    const running = (async () => {
      for await (const _ of fixture.host.execute(spec, { command: 'echo up; sleep 1000' })) void fixture.host.stop(spec.key);
    })();
    await expect(running).rejects.toMatchObject({ code: 'SESSION_STOPPED' });
  });

  test('does not hang on what it leaves in the background', async () => {
    await using fixture = await fixtureHost();
    expect(await run(fixture, await agentSpec(), { command: 'sleep 1000 & echo done' })).toMatchObject({
      stdout: 'done\n',
      exit: { exitCode: 0 },
    });
  });
});
