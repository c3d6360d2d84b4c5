import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { World } from '../test/world.ts';
import { startWorld } from '../test/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await symlink(join(import.meta.dirname, '../../node_modules'), join(world.directory, 'node_modules'));
  await writeFile(world.entry, source);
});
afterAll(() => world.close());

/** An agent that asks AgentCore Identity for a key, as its own execution role, and says how long the key is. */
const source = `
import { createServer } from 'node:http';
import { BedrockAgentCoreClient, GetResourceApiKeyCommand } from '@aws-sdk/client-bedrock-agentcore';

createServer(async (request, response) => {
  response.setHeader('content-type', 'application/json');
  if (request.url === '/ping') return void response.end('{"status":"Healthy"}');
  let body = '';
  for await (const chunk of request) body += chunk;
  const { provider } = JSON.parse(body) as { provider: string };
  const token = String(request.headers['x-amz-bedrock-agentcore-identity-wat'] ?? request.headers['workloadaccesstoken']);
  try {
    const { apiKey } = await new BedrockAgentCoreClient({}).send(new GetResourceApiKeyCommand({ resourceCredentialProviderName: provider, workloadIdentityToken: token }));
    response.end(JSON.stringify({ length: apiKey?.length }));
  } catch (error) {
    response.end(JSON.stringify({ name: (error as Error).name, message: (error as Error).message }));
  }
}).listen(8080, '0.0.0.0');
`;

test('a deployed agent is refused the key, gets it with `credentials`, and no other key with it', async () => {
  const { BedrockAgentCoreControl } = await import('@aws-sdk/client-bedrock-agentcore-control');
  const control = new BedrockAgentCoreControl({ ...world.aws, region: world.emulator.region });
  await control.createApiKeyCredentialProvider({ name: 'openai', apiKey: 'sk-a-key-of-22-letters' });
  await control.createApiKeyCredentialProvider({ name: 'other', apiKey: 'sk-other' });

  const deployment = await world.agent().deploy();
  const ask = async (provider: string): Promise<unknown> => (await deployment.invoke({ provider }, { userId: 'learner' })).json();
  expect(await ask('openai')).toEqual({
    name: 'AccessDeniedException',
    message: expect.stringMatching(
      /not authorized to perform: bedrock-agentcore:GetResourceApiKey on resource: .* no identity-based policy allows/,
    ),
  });

  const { agentRuntimeVersion } = await world.agent({ credentials: ['openai'] }).deploy();
  expect(agentRuntimeVersion).toBe('1');
  expect(await ask('openai')).toEqual({ length: 22 });
  expect(await ask('other')).toMatchObject({ name: 'AccessDeniedException' });

  await world.agent().deploy();
  expect(await ask('openai')).toMatchObject({ name: 'AccessDeniedException' });
});
