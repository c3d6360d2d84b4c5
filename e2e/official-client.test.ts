import { defineAgent } from '@agentcore-tutorials/deploy';
import { startEmulator, type Emulator } from '@agentcore-tutorials/emulator';
import { IdentityClient } from '@agentcore-tutorials/identity';
import { withAccessToken, withApiKey } from 'bedrock-agentcore/identity';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isDeep } from '../testing/seed.ts';
import { consent, createTestBrowser } from '../packages/emulator/src/test/browser.ts';

// AWS's own package for TypeScript, as it is published, against the emulator: nothing but the environment points it here.

/** The application's own page: nothing listens there, the browser of this test stops before it. */
const RETURN_URL = 'http://localhost:9/done';

let emulator: Emulator;
let identity: IdentityClient;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true });
  Object.assign(process.env, emulator.env);
  identity = new IdentityClient();
  const { discoveryUrl, clientId, clientSecret } = emulator.vendor;
  await identity.createApiKeyCredentialProvider({ name: 'model', apiKey: 'a key of 21 character' });
  await identity.createOauth2CredentialProvider({
    name: 'notes',
    vendor: 'CustomOauth2',
    config: { oauthDiscovery: { discoveryUrl }, clientId, clientSecret },
  });
  await identity.createWorkloadIdentity({ name: 'official', allowedResourceOauth2ReturnUrls: [RETURN_URL] });
});

afterAll(async () => {
  await emulator.stop();
});

const callNotes = async (accessToken: string) => {
  const response = await fetch(`${emulator.vendor.apiUrl}/notes`, { headers: { authorization: `Bearer ${accessToken}` } });
  return (await response.json()) as { owner: string };
};

test('withApiKey reads a key from the vault', async () => {
  const workloadIdentityToken = await tokenFor('ann');
  const read = withApiKey({ providerName: 'model', workloadIdentityToken })(async (key: string) => key);
  expect(await read()).toBe('a key of 21 character');
});

test('withAccessToken gets a token for the agent itself, which the API takes', async () => {
  const workloadIdentityToken = await tokenFor('ann');
  const list = withAccessToken({ providerName: 'notes', authFlow: 'M2M', scopes: ['notes:read'], workloadIdentityToken })(callNotes);
  expect((await list()).owner).toBe(emulator.vendor.clientId);
});

test('withAccessToken waits for a user to consent, and gets a token for that user', async () => {
  const workloadIdentityToken = await tokenFor('ann');
  const list = withAccessToken({
    providerName: 'notes',
    authFlow: 'USER_FEDERATION',
    scopes: ['notes:read'],
    workloadIdentityToken,
    callbackUrl: RETURN_URL,
    async onAuthUrl(url) {
      const { url: returned } = await consent(createTestBrowser({ stopAt: RETURN_URL }), url, 'ann');
      const sessionUri = new URL(returned).searchParams.get('session_id') ?? '';
      await identity.completeResourceTokenAuth({ sessionUri, userId: 'ann' });
    },
  })(callNotes);
  expect(await list()).toMatchObject({ owner: 'ann' });
});

test.runIf(isDeep)('an agent on the official runtime is deployed, and reads its credentials inside of an invocation', async () => {
  const agent = defineAgent({
    name: 'official',
    entry: new URL('./official/agent.ts', import.meta.url),
    region: emulator.region,
    credentials: ['model', { name: 'notes', kind: 'oauth2' }],
    env: { NOTES_API_URL: emulator.vendor.apiUrl },
  });
  const deployment = await agent.deploy();
  const reply = await deployment.invoke({}, { userId: 'ann' });
  expect(await reply.json()).toEqual({ keyLength: 21, notesStatus: 200 });
});

const tokenFor = async (userId: string) => identity.getWorkloadAccessToken({ workloadName: 'official', userId });
