import { CompleteResourceTokenAuthCommand } from '@aws-sdk/client-bedrock-agentcore';
import { CreateOauth2CredentialProviderCommand } from '@aws-sdk/client-bedrock-agentcore-control';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../../start-emulator.ts';
import { clientsOf, failureOf } from '../../../test/clients.ts';
import { oauth2Fixture } from '../../../test/oauth2-fixture.ts';

let emulator: Emulator;
let oauth2: ReturnType<typeof oauth2Fixture>;
let secretArn: string;
let token: string;

const PREFIX = 'arn:aws:bedrock-agentcore:us-west-2:123456789012';
const FOUR = [
  `${PREFIX}:token-vault/default`,
  `${PREFIX}:token-vault/default/oauth2credentialprovider/notes`,
  `${PREFIX}:workload-identity-directory/default`,
  `${PREFIX}:workload-identity-directory/default/workload-identity/agent`,
];
const allow = (Action: string, Resource: string | string[]) => ({ Effect: 'Allow', Action, Resource });
const ACTIONS = ['GetResourceOauth2Token', 'CompleteResourceTokenAuth'] as const;
type Action = (typeof ACTIONS)[number];

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true });
  oauth2 = oauth2Fixture(emulator);
  secretArn = (await oauth2.createProvider('notes')).clientSecretArn!.secretArn!;
  await oauth2.createWorkload('agent');
  token = await oauth2.tokenFor('agent', 'ann');
});
afterAll(() => emulator.stop());

/** A session that the user has consented to, so that there is something to complete. */
async function consented(): Promise<string> {
  const { authorizationUrl, sessionUri } = await oauth2.ask(token, { forceAuthentication: true });
  await oauth2.consent(authorizationUrl, 'ann');
  return sessionUri!;
}

async function call(action: Action, { data }: ReturnType<typeof clientsOf>): Promise<unknown> {
  if (action === 'GetResourceOauth2Token') return oauth2.ask(token, { oauth2Flow: 'M2M' }, data);
  return data.send(new CompleteResourceTokenAuthCommand({ sessionUri: await consented(), userIdentifier: { userId: 'ann' } }));
}

describe.each(ACTIONS)('%s', (action) => {
  const name = (what: string) => `${action.slice(0, 8)}-${what}`;

  test('is allowed to whoever may use exactly these four resources and the secret', async () => {
    const role = await oauth2.as(
      name('all'),
      allow(`bedrock-agentcore:${action}`, FOUR),
      allow('secretsmanager:GetSecretValue', secretArn),
    );
    await expect(call(action, role)).resolves.toBeDefined();
  });

  test.each(FOUR.map((arn) => [arn]))('is denied without %s, which the message names', async (missing) => {
    const RoleName = name(`lacks-${FOUR.indexOf(missing)}`);
    const others = FOUR.filter((arn) => arn !== missing);
    const role = await oauth2.as(RoleName, allow(`bedrock-agentcore:${action}`, others), allow('secretsmanager:GetSecretValue', secretArn));
    expect(await failureOf(call(action, role))).toMatchObject({
      name: 'AccessDeniedException',
      message: `User: arn:aws:sts::123456789012:assumed-role/${RoleName}/test-session is not authorized to perform: bedrock-agentcore:${action} on resource: ${missing} because no identity-based policy allows the bedrock-agentcore:${action} action`,
      $metadata: { httpStatusCode: 403 },
    });
  });

  test('is denied without GetSecretValue on the secret', async () => {
    const role = await oauth2.as(name('secretless'), allow(`bedrock-agentcore:${action}`, FOUR));
    expect((await failureOf(call(action, role))).message).toContain(
      `secretsmanager:GetSecretValue on resource: ${secretArn} because no identity-based policy allows`,
    );
  });
});

test('CompleteResourceTokenAuth can be limited to a user id', async () => {
  const condition = { Condition: { StringEquals: { 'bedrock-agentcore:userid': 'bob' } } };
  const role = await oauth2.as('only-bob', { ...allow('bedrock-agentcore:CompleteResourceTokenAuth', '*'), ...condition });
  expect((await failureOf(call('CompleteResourceTokenAuth', role))).message).toContain('not authorized to perform');
});

test('creating a provider needs CreateSecret for its secret', async () => {
  const role = await oauth2.as('creator', allow('bedrock-agentcore:CreateOauth2CredentialProvider', '*'));
  const attempt = role.control.send(
    new CreateOauth2CredentialProviderCommand({
      name: 'mine',
      credentialProviderVendor: 'SlackOauth2',
      oauth2ProviderConfigInput: { slackOauth2ProviderConfig: { clientId: 'i', clientSecret: 's' } },
    }),
  );
  expect((await failureOf(attempt)).message).toContain(
    'secretsmanager:CreateSecret on resource: arn:aws:secretsmanager:us-west-2:123456789012:secret:bedrock-agentcore-identity!default/oauth2/mine-??????',
  );
});

test('a workload token that was changed, or made for another account, is refused', async () => {
  const response = await fetch(`${emulator.endpoint}/_emulator/accounts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${emulator.adminToken}` },
    body: '{"accountId":"999999999999"}',
  });
  const stranger = clientsOf({ ...emulator, ...((await response.json()) as { accessKeyId: string; secretAccessKey: string }) });
  for (const [data, given] of [
    [oauth2.clients.data, `${token.startsWith('A') ? 'B' : 'A'}${token.slice(1)}`],
    [oauth2.clients.data, 'AAAA'],
    [stranger.data, token],
  ] as const)
    expect(await failureOf(oauth2.ask(given, {}, data))).toMatchObject({
      name: 'UnauthorizedException',
      $metadata: { httpStatusCode: 401 },
    });
  const sessionUri = await consented();
  const theirs = stranger.data.send(new CompleteResourceTokenAuthCommand({ sessionUri, userIdentifier: { userId: 'ann' } }));
  expect(await failureOf(theirs)).toMatchObject({ name: 'AccessDeniedException', message: 'Invalid or expired session' });
});
