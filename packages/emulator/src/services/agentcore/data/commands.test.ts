import {
  GetAgentCardCommand,
  InvokeAgentRuntimeCommand,
  InvokeAgentRuntimeCommandCommand,
  RuntimeClientError,
  StopRuntimeSessionCommand,
  ValidationException,
  type InvokeAgentRuntimeCommandStreamOutput,
} from '@aws-sdk/client-bedrock-agentcore';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { isAlive } from '../../../sessions/sweep-dead-owners.ts';
import { startEmulator, type Emulator } from '../../../start-emulator.ts';
import { clientsOf, failureOf } from '../../../test/clients.ts';
import { pushRuntime } from '../../../test/push-runtime.ts';

/** Answers with a file that a command can write, and with its agent card. */
const AGENT = `
import fs from 'node:fs';
import http from 'node:http';
const answer = (request, response) => {
  if (request.url === '/ping') return response.end('{"status":"Healthy"}');
  if (request.url === '/.well-known/agent-card.json') return response.end(process.env.CARD ?? '{"name":"card","skills":[]}');
  response.end(fs.existsSync('note') ? fs.readFileSync('note') : 'nothing');
};
http.createServer(answer).listen(Number(process.env.LISTEN ?? 8080), '0.0.0.0');
`;
const SESSION = 'session-000000000000000000000000000000042';

let emulator: Emulator;
let clients: ReturnType<typeof clientsOf>;
let agentRuntimeArn: string;
const faults: unknown[] = [];

beforeAll(async () => {
  // Process ids are looked at here: in a sandbox they are others.
  emulator = await startEmulator({ isolation: 'none', ephemeral: true, stateDelayMs: 0, onFault: (error) => faults.push(error) });
  clients = clientsOf(emulator);
  ({ agentRuntimeArn } = await pushRuntime(clients, 'commands', AGENT, { environmentVariables: { WORD: 'of the agent' } }));
});
afterAll(async () => {
  await emulator.stop();
});

const start = (
  command: string,
  { timeout, session = SESSION, of = clients }: { timeout?: number; session?: string; of?: typeof clients } = {},
) =>
  of.data.send(
    new InvokeAgentRuntimeCommandCommand({
      agentRuntimeArn,
      runtimeSessionId: session,
      body: { command, ...(timeout === undefined ? {} : { timeout }) },
    }),
  );

async function run(command: string, options: Parameters<typeof start>[1] = {}) {
  const { stream, ...answer } = await start(command, options);
  const chunks: InvokeAgentRuntimeCommandStreamOutput[] = [];
  for await (const event of stream!) chunks.push(event);
  const text = (name: 'stdout' | 'stderr') => chunks.map(({ chunk }) => chunk?.contentDelta?.[name] ?? '').join('');
  return { answer, chunks, stdout: text('stdout'), stderr: text('stderr'), stop: chunks.at(-1)?.chunk?.contentStop };
}

describe('a command in a session', () => {
  test('begins, gives both outputs and says how it ended, with the files and the environment of the agent', async () => {
    const { answer, chunks, stdout, stderr, stop } = await run('echo "$WORD"; echo 결과 >&2; printf "by a command" > note; exit 7');
    expect(answer).toMatchObject({ statusCode: 200, runtimeSessionId: SESSION, contentType: 'application/vnd.amazon.eventstream' });
    expect(chunks[0]).toEqual({ chunk: { contentStart: {} } });
    expect({ stdout, stderr, stop }).toEqual({ stdout: 'of the agent\n', stderr: '결과\n', stop: { exitCode: 7, status: 'COMPLETED' } });
    const invoked = await clients.data.send(
      new InvokeAgentRuntimeCommand({ agentRuntimeArn, runtimeSessionId: SESSION, payload: Buffer.from('{}') }),
    );
    expect(await invoked.response!.transformToString()).toBe('by a command');
  });

  test('passes on a lot of output whole', async () => {
    const { stdout, stop } = await run('head -c 3000000 /dev/zero | tr "\\0" x');
    expect(stdout.length).toBe(3_000_000);
    expect(stop).toEqual({ exitCode: 0, status: 'COMPLETED' });
  });

  test('is ended when its time is over', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const chunks: unknown[] = [];
    for await (const { chunk } of (await start('echo begun; sleep 1000', { timeout: 60 })).stream!) {
      chunks.push(chunk);
      if (chunk?.contentDelta) vi.advanceTimersByTime(60_000);
    }
    expect(chunks).toEqual([
      { contentStart: {} },
      { contentDelta: { stdout: 'begun\n' } },
      { contentStop: { exitCode: 137, status: 'TIMED_OUT' } },
    ]);
  });

  test('with a time-out that is no time is refused', async () => {
    for (const timeout of [0, 3601, 1.5]) expect(await failureOf(start('true', { timeout }))).toBeInstanceOf(ValidationException);
    expect(await failureOf(start(''))).toBeInstanceOf(ValidationException);
  });

  test('that its session takes with it ends in an error of the stream', async () => {
    const session = 'session-000000000000000000000000000000043';
    const reading = (async () => {
      for await (const { chunk } of (await start('echo up; sleep 1000', { session })).stream!)
        if (chunk?.contentDelta) await clients.data.send(new StopRuntimeSessionCommand({ agentRuntimeArn, runtimeSessionId: session }));
    })();
    expect(await failureOf(reading)).toBeInstanceOf(RuntimeClientError);
  });

  test('ends when its caller hangs up', async () => {
    const abort = new AbortController();
    const { stream } = await clients.data.send(
      new InvokeAgentRuntimeCommandCommand({
        agentRuntimeArn,
        runtimeSessionId: SESSION,
        body: { command: 'echo $$; exec sleep 1000' },
      }),
      { abortSignal: abort.signal },
    );
    let pid = 0;
    for await (const { chunk } of stream!) {
      pid = Number(chunk?.contentDelta?.stdout ?? 0);
      if (pid > 0) break;
    }
    expect(process.kill(pid, 0)).toBe(true);
    abort.abort();
    await expect.poll(() => isAlive(pid)).toBe(false);
    expect(faults).toEqual([]);
  });

  test('needs its own permission, on the runtime and on the endpoint', async () => {
    const policy = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
    const AssumeRolePolicyDocument = policy({ Principal: { AWS: '*' }, Action: 'sts:AssumeRole' });
    const { Role } = await clients.iam.send(new CreateRoleCommand({ RoleName: 'caller', AssumeRolePolicyDocument }));
    const allow = (Action: string) =>
      clients.iam.send(
        new PutRolePolicyCommand({
          RoleName: 'caller',
          PolicyName: 'p',
          PolicyDocument: policy({ Action, Resource: [agentRuntimeArn, `${agentRuntimeArn}/*`] }),
        }),
      );
    await allow('bedrock-agentcore:InvokeAgentRuntime');
    const { Credentials: given } = await clients.sts.send(new AssumeRoleCommand({ RoleArn: Role!.Arn, RoleSessionName: 'test-session' }));
    const of = clientsOf({
      ...emulator,
      accessKeyId: given!.AccessKeyId!,
      secretAccessKey: given!.SecretAccessKey!,
      sessionToken: given!.SessionToken!,
    });
    const denied = await failureOf(start('true', { of }));
    expect(denied).toMatchObject({ name: 'AccessDeniedException' });
    expect(denied.message).toContain('bedrock-agentcore:InvokeAgentRuntimeCommand');
    await allow('bedrock-agentcore:InvokeAgentRuntimeCommand');
    expect((await run('true', { of })).stop).toEqual({ exitCode: 0, status: 'COMPLETED' });
  });
});

describe('an agent card', () => {
  test('is what the A2A agent says', async () => {
    const a2a = await pushRuntime(clients, 'cards', AGENT, {
      protocolConfiguration: { serverProtocol: 'A2A' },
      environmentVariables: { LISTEN: '9000' },
    });
    const { agentCard, statusCode, runtimeSessionId } = await clients.data.send(
      new GetAgentCardCommand({ agentRuntimeArn: a2a.agentRuntimeArn, runtimeSessionId: SESSION }),
    );
    expect({ agentCard, statusCode, runtimeSessionId }).toEqual({
      agentCard: { name: 'card', skills: [] },
      statusCode: 200,
      runtimeSessionId: SESSION,
    });
  });

  test('that is no JSON is the fault of the agent', async () => {
    const broken = await pushRuntime(clients, 'broken', AGENT, {
      protocolConfiguration: { serverProtocol: 'A2A' },
      environmentVariables: { LISTEN: '9000', CARD: 'no card' },
    });
    expect(await failureOf(clients.data.send(new GetAgentCardCommand({ agentRuntimeArn: broken.agentRuntimeArn })))).toBeInstanceOf(
      RuntimeClientError,
    );
  });
});
