import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CreateApiKeyCredentialProviderCommand, CreateWorkloadIdentityCommand } from '@aws-sdk/client-bedrock-agentcore-control';
import { GetWorkloadAccessTokenCommand } from '@aws-sdk/client-bedrock-agentcore';
import { clientsOf } from '../src/test/clients.ts';
import { AGENT, deployAgent } from './agent.ts';
import { benchIam } from './iam.ts';
import { load } from './load.ts';
import { signRequest, type WireRequest } from './sign-request.ts';
import { spawnServer } from './spawn-server.ts';

export interface BenchRow {
  name: string;
  unit: string;
  ours: number;
  baseline?: number;
  peer?: number;
}

const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const REQUESTS = 6000;

/** Measures the emulator as a process of its own; the baseline is a bare node:http server, or the same call without the emulator. */
export async function benchEmulator(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  // What npm would install.
  execFileSync('turbo', ['run', 'build', '--filter', '@agentcore-tutorials/emulator', '--output-logs=errors-only'], { stdio: 'ignore' });
  const starts = { ours: [] as number[], built: [] as number[], baseline: [] as number[] };
  for (let round = 0; round < 5; round++) {
    for (const [name, args] of [
      ['ours', [path('../src/cli.ts'), 'start', '--ephemeral', '--port', '0', '--json']],
      ['built', [path('../dist/cli.mjs'), 'start', '--ephemeral', '--port', '0', '--json']],
      ['baseline', [path('./bare-server.ts')]],
    ] as const) {
      const server = await spawnServer(args);
      starts[name].push(server.startMs);
      await server.stop();
    }
  }
  const baseline = Math.round(median(starts.baseline));
  rows.push({ name: 'spawn to ready, as it is installed', unit: 'ms', ours: Math.round(median(starts.built)), baseline });
  rows.push({ name: 'spawn to ready, from the sources', unit: 'ms', ours: Math.round(median(starts.ours)), baseline });

  const server = await spawnServer([path('../src/cli.ts'), 'start', '--ephemeral', '--port', '0', '--json']);
  const bare = await spawnServer([path('./bare-server.ts')]);
  try {
    rows.push({ name: 'memory, idle', unit: 'MB', ours: await server.rss(), baseline: await bare.rss() });
    rows.push(...(await measureOperations(server.info as never, bare.info['endpoint']!)));
    rows.push(...(await measureInvoke(server.info as never)));
    rows.push({ name: 'memory, after the load', unit: 'MB', ours: await server.rss(), baseline: await bare.rss() });
  } finally {
    await Promise.all([server.stop(), bare.stop()]);
  }
  return [...rows, ...benchIam()];
}

interface Target {
  endpoint: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

async function measureOperations(target: Target, bare: string): Promise<BenchRow[]> {
  const { control, data } = clientsOf(target);
  await control.send(new CreateApiKeyCredentialProviderCommand({ name: 'provider-00000', apiKey: 'x'.repeat(40) }));
  await control.send(new CreateWorkloadIdentityCommand({ name: 'bench' }));
  const { workloadAccessToken } = await data.send(new GetWorkloadAccessTokenCommand({ workloadName: 'bench' }));
  const json = (path: string, body: object) =>
    signRequest(target, {
      service: 'bedrock-agentcore',
      path,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const query = (parameters: Record<string, string>) =>
    signRequest(target, {
      service: 'iam',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ Version: '2010-05-08', ...parameters }).toString(),
    });

  const rows: BenchRow[] = [];
  const getKey = await json('/identities/api-key', {
    resourceCredentialProviderName: 'provider-00000',
    workloadIdentityToken: workloadAccessToken,
  });
  // V8 goes on compiling for some 15,000 requests: what is measured is a server that has been at work for a few seconds, as is the bare one.
  for (let round = 1; round <= 4; round += 1) {
    const ours = await load(target.endpoint, () => getKey, { count: REQUESTS });
    const floor = await load(bare, () => getKey, { count: REQUESTS });
    if (round < 4) continue;
    rows.push({ name: 'GetResourceApiKey, signature and IAM on', unit: '/s', ours: ours.perSecond, baseline: floor.perSecond });
    rows.push({ name: 'GetResourceApiKey p50', unit: 'ms', ours: ours.p50, baseline: floor.p50 });
    rows.push({ name: 'GetResourceApiKey p99', unit: 'ms', ours: ours.p99, baseline: floor.p99 });
  }
  const trust = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}';
  const create = await Promise.all(
    Array.from({ length: 1000 }, (_, index) => query({ Action: 'CreateRole', RoleName: `role-${index}`, AssumeRolePolicyDocument: trust })),
  );
  rows.push({
    name: 'CreateRole',
    unit: '/s',
    ours: (await load(target.endpoint, (index) => create[index]!, { count: create.length })).perSecond,
  });
  const list = await query({ Action: 'ListRoles', MaxItems: '10' });
  const listed = await load(target.endpoint, () => list, { count: REQUESTS });
  rows.push({ name: 'ListRoles, a page of 10', unit: '/s', ours: listed.perSecond });

  const page = await json('/identities/ListApiKeyCredentialProviders', { maxResults: 10 });
  const add = async (from: number, to: number) => {
    const requests: WireRequest[] = await Promise.all(
      Array.from({ length: to - from }, (_, index) =>
        json('/identities/CreateApiKeyCredentialProvider', { name: `provider-${String(from + index).padStart(5, '0')}`, apiKey: 'k' }),
      ),
    );
    await load(target.endpoint, (index) => requests[index]!, { count: requests.length });
  };
  await add(1, 10);
  const few = await load(target.endpoint, () => page, { count: 3000 });
  await add(10, 10_000);
  const many = await load(target.endpoint, () => page, { count: 3000 });
  rows.push({ name: 'first page of a list of 10,000 (baseline: of 10)', unit: '/s', ours: many.perSecond, baseline: few.perSecond });
  return rows;
}

/** A warm invocation through the platform, and the same agent called directly. */
async function measureInvoke(target: Target): Promise<BenchRow[]> {
  const arn = await deployAgent(clientsOf(target));
  const runtimeSessionId = 'bench-session-000000000000000000000000';
  const invoke = await signRequest(target, {
    service: 'bedrock-agentcore',
    path: `/runtimes/${encodeURIComponent(arn)}/invocations`,
    headers: { 'content-type': 'application/json', 'x-amzn-bedrock-agentcore-runtime-session-id': runtimeSessionId },
    body: '{}',
  });
  const directory = await mkdtemp(join(tmpdir(), 'bench-agent-'));
  await writeFile(join(directory, 'agent.mjs'), AGENT.replace('listen(8080', 'listen(0'));
  const direct = await spawnServer([join(directory, 'agent.mjs')]);
  try {
    const cold = performance.now();
    await load(target.endpoint, () => invoke, { count: 1, connections: 1 });
    const coldMs = performance.now() - cold;
    await load(target.endpoint, () => invoke, { count: 500, connections: 1 });
    const ours = await load(target.endpoint, () => invoke, { count: 2000, connections: 1 });
    const floor = await load(direct.info['endpoint']!, () => invoke, { count: 2000, connections: 1 });
    return [
      { name: 'first answer of a new session', unit: 'ms', ours: Math.round(coldMs) },
      { name: 'InvokeAgentRuntime, warm, p50 (baseline: the agent called directly)', unit: 'ms', ours: ours.p50, baseline: floor.p50 },
      { name: 'InvokeAgentRuntime, warm, p99', unit: 'ms', ours: ours.p99, baseline: floor.p99 },
    ];
  } finally {
    await direct.stop();
    await rm(directory, { recursive: true, force: true });
  }
}
