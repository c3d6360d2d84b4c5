import { GetWorkloadAccessTokenCommand, GetWorkloadAccessTokenForJWTCommand } from '@aws-sdk/client-bedrock-agentcore';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { listen } from '../../../listen.ts';
import { startEmulator, type Emulator } from '../../../start-emulator.ts';
import { oauth2Fixture } from '../../../test/oauth2-fixture.ts';

let emulator: Emulator;
let oauth2: ReturnType<typeof oauth2Fixture>;
let stopVendor: () => Promise<void>;
/** What the vendor was asked, in order. Each answer is another token. */
let asked: URLSearchParams[] = [];
let tokens = 0;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true });
  oauth2 = oauth2Fixture(emulator);
  const vendor = await listen(0, async (request, response) => {
    asked.push(new URLSearchParams(await text(request)));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ access_token: `token-${++tokens}`, expires_in: 600, token_type: 'Bearer' }));
  });
  stopVendor = vendor.close;
  const url = `http://127.0.0.1:${vendor.port}`;
  const metadata = { issuer: url, authorizationEndpoint: `${url}/authorize`, tokenEndpoint: `${url}/token` };
  await oauth2.createWorkload('agent');
  await oauth2.createProvider('notes', {
    oauthDiscovery: { authorizationServerMetadata: metadata },
    onBehalfOfTokenExchangeConfig: {
      grantType: 'TOKEN_EXCHANGE',
      tokenExchangeGrantTypeConfig: { actorTokenContent: 'M2M', actorTokenScopes: ['act'] },
    },
  });
});
beforeEach(() => void (asked = []));
afterAll(async () => {
  await emulator.stop();
  await stopVendor();
});

async function machine(customParameters?: Record<string, string>) {
  const { workloadAccessToken } = await oauth2.clients.data.send(new GetWorkloadAccessTokenCommand({ workloadName: 'agent' }));
  return oauth2.ask(workloadAccessToken!, { oauth2Flow: 'M2M', customParameters });
}

// Reported: aws/bedrock-agentcore-sdk-python#109. Auth0 issues a token for an API only where `audience` is in the token request.
test('custom parameters reach the vendor in a client credentials request, and none replaces what the service sends', async () => {
  await machine({ audience: 'https://a.example', grant_type: 'password', scope: 'admin', client_id: 'evil' });
  expect(asked.map((form) => [...form].toSorted())).toEqual([
    [
      ['audience', 'https://a.example'],
      ['grant_type', 'client_credentials'],
      ['scope', 'notes:read'],
    ],
  ]);
});

test('a token that was issued for one audience is not returned for another, or for none', async () => {
  const parameters = [{ audience: 'a', organization: 'o' }, { audience: 'b', organization: 'o' }, { audience: 'a' }, undefined];
  const issued: (string | undefined)[] = [];
  for (const each of parameters) issued.push((await machine(each)).accessToken);
  expect(new Set(issued).size).toBe(parameters.length);
  const again = [{ organization: 'o', audience: 'a' }, parameters[1], parameters[2], {}];
  for (const [index, each] of again.entries()) expect((await machine(each)).accessToken).toBe(issued[index]);
  expect(asked).toHaveLength(parameters.length);
});

test('a token exchange sends them, and the token of its actor does not', async () => {
  const { access_token: userToken } = await oauth2.signIn('ann');
  const { workloadAccessToken } = await oauth2.clients.data.send(
    new GetWorkloadAccessTokenForJWTCommand({ workloadName: 'agent', userToken }),
  );
  const exchange = (audience: string) =>
    oauth2.ask(workloadAccessToken!, {
      oauth2Flow: 'ON_BEHALF_OF_TOKEN_EXCHANGE',
      customParameters: { audience, subject_token: 'of somebody else' },
    });
  const first = await exchange('a');
  expect(asked.map((form) => [form.get('grant_type')?.split(':').at(-1), form.getAll('audience')])).toEqual([
    ['client_credentials', []],
    ['token-exchange', ['a']],
  ]);
  expect(asked[1]!.getAll('subject_token')).toEqual([userToken]);
  expect((await exchange('a')).accessToken).toBe(first.accessToken);
  expect((await exchange('b')).accessToken).not.toBe(first.accessToken);
});
