import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { loopbackAws, type LoopbackAws } from './test/loopback-aws.ts';

// The README shows these files (scripts/check-snippets.ts). Each is a real server of its framework, on a socket.
const SERVERS: Record<string, () => Promise<Server>> = {
  'node:http': async () => (await import('../examples/node-http.ts')).server.listen(0, '127.0.0.1'),
  Express: async () => (await import('../examples/express.ts')).app.listen(0, '127.0.0.1'),
  Hono: async () => {
    const { fetch } = (await import('../examples/hono.ts')).app;
    return serve({ fetch, port: 0, hostname: '127.0.0.1' }) as Server;
  },
  Fastify: async () => {
    const { app } = await import('../examples/fastify.ts');
    await app.listen({ port: 0, host: '127.0.0.1' });
    return app.server;
  },
};

let aws: LoopbackAws;
beforeAll(async () => {
  aws = await loopbackAws();
  aws.on('/identities/api-key', ({ workloadIdentityToken }) => ({ apiKey: String(workloadIdentityToken) }));
});
afterAll(() => aws[Symbol.asyncDispose]());
beforeEach(() => {
  vi.stubEnv('AWS_ENDPOINT_URL', aws.endpoint);
  vi.stubEnv('AWS_REGION', 'us-west-2');
  vi.stubEnv('AWS_ACCESS_KEY_ID', aws.credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', aws.credentials.secretAccessKey);
  vi.stubEnv('AWS_SESSION_TOKEN', undefined);
  vi.stubEnv('DOCKER_CONTAINER', '1');
  return () => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  };
});

describe.each(Object.keys(SERVERS))('an existing server of %s', (framework) => {
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = await SERVERS[framework]!();
    if (!server.listening) await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/invocations`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const invoke = (headers: Record<string, string>) =>
    fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: '{"city":"Seoul"}' });

  test('gives each of forty concurrent requests the key of its own workload access token', async () => {
    const lengths = Array.from({ length: 40 }, (_, index) => index + 1);
    const answers = await Promise.all(lengths.map(async (length) => (await invoke({ WorkloadAccessToken: 'w'.repeat(length) })).text()));
    expect(answers).toEqual(lengths.map((length) => `Seoul: asked with a key of ${length} characters`));
  });

  test('answers 500 to a request without a token, and serves the next one', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    expect((await invoke({})).status).toBe(500);
    expect(await (await invoke({ 'X-Amz-Bedrock-AgentCore-Identity-WAT': 'four' })).text()).toBe('Seoul: asked with a key of 4 characters');
  });
});
