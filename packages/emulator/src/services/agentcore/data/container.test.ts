import { join } from 'node:path';
import { InvokeAgentRuntimeCommand, InvokeAgentRuntimeCommandCommand, StopRuntimeSessionCommand } from '@aws-sdk/client-bedrock-agentcore';
import { expect, test } from 'vitest';
import { isSkippedWithout } from '../../../../../../testing/is-skipped-without.ts';
import { isDeep } from '../../../../../../testing/seed.ts';
import { containersWith, usableContainers } from '../../../sessions/fixture-containers.ts';
import { containerLabels } from '../../../sessions/sweep-containers.ts';
import { startEmulator } from '../../../start-emulator.ts';
import { clientsOf } from '../../../test/clients.ts';
import { pushRuntime } from '../../../test/push-runtime.ts';

const { containerArguments, engine, reason } = await usableContainers();

/** Answers with who it is to AWS, by the credentials that it is given as an SDK finds them. */
const AGENT = `
import http from 'node:http';
http.createServer(async (request, response) => {
  if (request.url === '/ping') return response.end('{"status":"Healthy"}');
  const { AWS_CONTAINER_CREDENTIALS_FULL_URI: url, AWS_CONTAINER_AUTHORIZATION_TOKEN: authorization } = process.env;
  const answer = await fetch(url, { headers: { authorization } });
  response.end(JSON.stringify({ pid: process.pid, status: answer.status, keys: Object.keys(await answer.json()) }));
}).listen(8080, '0.0.0.0');
`;
const SESSION = 'session-000000000000000000000000000000077';

test.skipIf(!isDeep || isSkippedWithout('podman', () => reason))(
  'a runtime in containers has its role, runs commands, and leaves none when the emulator stops',
  async () => {
    const emulator = await startEmulator({ isolation: 'container', containerArguments, ephemeral: true, stateDelayMs: 0 });
    const clients = clientsOf(emulator);
    const { agentRuntimeArn } = await pushRuntime(clients, 'contained', AGENT);
    const invoked = await clients.data.send(
      new InvokeAgentRuntimeCommand({ agentRuntimeArn, runtimeSessionId: SESSION, payload: Buffer.from('{}') }),
    );
    expect(JSON.parse(await invoked.response!.transformToString())).toEqual({
      pid: 1,
      status: 200,
      keys: expect.arrayContaining(['AccessKeyId', 'SecretAccessKey', 'Token']),
    });
    const run = await clients.data.send(
      new InvokeAgentRuntimeCommandCommand({ agentRuntimeArn, runtimeSessionId: SESSION, body: { command: 'echo "$AWS_ENDPOINT_URL"' } }),
    );
    const output: string[] = [];
    for await (const { chunk } of run.stream!) output.push(chunk?.contentDelta?.stdout ?? '');
    expect(output.join('')).toBe(`${emulator.endpoint}\n`);
    const [[name, value] = []] = Object.entries(containerLabels(join(emulator.dataDirectory, 'sessions', 'x')));
    const running = () => containersWith(engine, `${name}=${value}`);
    expect(await running()).toHaveLength(1);
    await clients.data.send(new StopRuntimeSessionCommand({ agentRuntimeArn, runtimeSessionId: SESSION }));
    expect(await running()).toEqual([]);
    await clients.data.send(new InvokeAgentRuntimeCommand({ agentRuntimeArn, runtimeSessionId: SESSION, payload: Buffer.from('{}') }));
    expect(await running()).toHaveLength(1);
    await emulator.stop();
    expect(await running()).toEqual([]);
  },
);
