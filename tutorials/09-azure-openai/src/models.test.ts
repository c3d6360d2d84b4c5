import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { assistantWith } from '@agentcore-tutorials/01-local-agent/assistant';
import { runWithContext } from '@agentcore-tutorials/identity';
import type { OpenAIModel } from '@strands-agents/sdk/models/openai';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';

/** AgentCore, which hands out another key each time, and Azure, which refuses them all. */
let asked: { url: string | undefined; headers: IncomingHttpHeaders; model: unknown }[] = [];
let keys = 0;
const server = createServer(async (request, response) => {
  const body = Buffer.concat(await Array.fromAsync(request)).toString();
  response.setHeader('content-type', 'application/json');
  if (request.url?.startsWith('/identities/')) return void response.end(JSON.stringify({ apiKey: `key-${++keys}` }));
  asked.push({ url: request.url, headers: request.headers, model: (JSON.parse(body) as { model: string }).model });
  response.writeHead(401).end('{"error":{"message":"Access denied"}}');
});

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // As in a session of the emulator, where OPENAI_BASE_URL leads elsewhere.
  vi.stubEnv('OPENAI_BASE_URL', `${url}/v1`);
  vi.stubEnv('AWS_ENDPOINT_URL', url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AZURE_OPENAI_ENDPOINT', url);
  vi.stubEnv('AZURE_OPENAI_DEPLOYMENT', 'mine');
});
afterAll(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  asked = [];
  keys = 0;
});

/** One model, asked as often as that. */
const refusedBy = (make: () => Promise<OpenAIModel>, times: number) =>
  runWithContext({ workloadAccessToken: 'token' }, async () => {
    const assistant = assistantWith(await make());
    for (let request = 0; request < times; request += 1) await expect(assistant.invoke('Hello')).rejects.toThrow('401');
  });

test('the v1 surface gets the key as a Bearer token, and a fresh one with each request', async () => {
  const { v1 } = await import('./models.ts');
  await refusedBy(v1, 2);
  expect(asked.map(({ url, model, headers }) => [url, model, headers.authorization, headers['api-key']])).toEqual([
    ['/openai/v1/responses', 'mine', 'Bearer key-1', undefined],
    ['/openai/v1/responses', 'mine', 'Bearer key-2', undefined],
  ]);
});

test('the classic surface gets it in the header api-key, with a version, wherever OPENAI_BASE_URL leads', async () => {
  const { classic } = await import('./models.ts');
  await refusedBy(classic, 1);
  await refusedBy(classic, 1);
  expect(asked.map(({ url, model, headers }) => [url, model, headers['api-key'], headers.authorization])).toEqual([
    ['/openai/responses?api-version=2025-04-01-preview', 'mine', 'key-1', undefined],
    ['/openai/responses?api-version=2025-04-01-preview', 'mine', 'key-2', undefined],
  ]);
});
