import {
  GetResourceApiKeyCommand,
  GetWorkloadAccessTokenCommand,
  GetWorkloadAccessTokenForUserIdCommand,
} from '@aws-sdk/client-bedrock-agentcore';
import {
  CreateApiKeyCredentialProviderCommand,
  CreateWorkloadIdentityCommand,
  DeleteApiKeyCredentialProviderCommand,
  GetApiKeyCredentialProviderCommand,
  ListApiKeyCredentialProvidersCommand,
  ListTagsForResourceCommand,
  ResourceNotFoundException,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateApiKeyCredentialProviderCommand,
  ValidationException,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../start-emulator.ts';
import { clientsOf, failureOf } from '../../test/clients.ts';
import { assume, makeRole, statement } from '../../test/role-fixture.ts';

let emulator: Emulator;
let clients: ReturnType<typeof clientsOf>;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, stateDelayMs: 0 });
  clients = clientsOf(emulator);
});
afterAll(() => emulator.stop());

const PREFIX = 'arn:aws:bedrock-agentcore:us-west-2:123456789012';

describe('an API-key credential provider', () => {
  test('keeps its key as a secret that its caller can read but not change', async () => {
    const created = await clients.control.send(
      new CreateApiKeyCredentialProviderCommand({ name: 'openai', apiKey: 'sk-first', tags: { team: 'a' } }),
    );
    expect(created.credentialProviderArn).toBe(`${PREFIX}:token-vault/default/apikeycredentialprovider/openai`);
    const SecretId = created.apiKeySecretArn?.secretArn;
    expect(SecretId).toMatch(/:secret:bedrock-agentcore-identity!default\/apikey\/openai-[0-9a-f]{8}-[A-Za-z0-9]{6}$/);
    expect((await clients.secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString).toBe('{"api_key_value":"sk-first"}');
    await clients.control.send(new UpdateApiKeyCredentialProviderCommand({ name: 'openai', apiKey: 'sk-second' }));
    expect((await clients.secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString).toContain('sk-second');
    const read = await clients.control.send(new GetApiKeyCredentialProviderCommand({ name: 'openai' }));
    expect(read.createdTime).toBeInstanceOf(Date);
    expect(JSON.stringify(read)).not.toContain('sk-');
    expect(
      (await clients.control.send(new ListApiKeyCredentialProvidersCommand({}))).credentialProviders?.map((provider) => provider.name),
    ).toContain('openai');
    expect(await failureOf(clients.control.send(new CreateApiKeyCredentialProviderCommand({ name: 'openai', apiKey: 'x' })))).toMatchObject(
      { name: 'ValidationException', message: 'Credential provider with name: openai already exists' },
    );
  });

  test('is tagged by its ARN, and goes with its secret', async () => {
    const { credentialProviderArn: resourceArn, apiKeySecretArn } = await clients.control.send(
      new CreateApiKeyCredentialProviderCommand({ name: 'tagged', apiKey: 'k', tags: { a: '1' } }),
    );
    await clients.control.send(new TagResourceCommand({ resourceArn, tags: { b: '2' } }));
    await clients.control.send(new UntagResourceCommand({ resourceArn, tagKeys: ['a'] }));
    expect((await clients.control.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual({ b: '2' });
    await clients.control.send(new DeleteApiKeyCredentialProviderCommand({ name: 'tagged' }));
    expect(await failureOf(clients.control.send(new GetApiKeyCredentialProviderCommand({ name: 'tagged' })))).toBeInstanceOf(
      ResourceNotFoundException,
    );
    expect((await failureOf(clients.secrets.send(new GetSecretValueCommand({ SecretId: apiKeySecretArn?.secretArn })))).name).toBe(
      'ResourceNotFoundException',
    );
  });

  test('with a bad name is refused without a word of the key', async () => {
    const failure = await failureOf(
      clients.control.send(new CreateApiKeyCredentialProviderCommand({ name: 'not valid', apiKey: 'sk-quiet' })),
    );
    expect(failure).toBeInstanceOf(ValidationException);
    expect(failure.message).toBe(
      "1 validation error detected: Value at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9\\-_]+",
    );
    expect(JSON.stringify(failure)).not.toContain('sk-quiet');
  });
});

describe('GetResourceApiKey', () => {
  const provider = `${PREFIX}:token-vault/default/apikeycredentialprovider/vendor`;
  const workload = `${PREFIX}:workload-identity-directory/default/workload-identity/agent-one`;
  const four = [`${PREFIX}:token-vault/default`, provider, `${PREFIX}:workload-identity-directory/default`, workload];
  let secretArn: string;
  let token: string;

  beforeAll(async () => {
    secretArn = (await clients.control.send(new CreateApiKeyCredentialProviderCommand({ name: 'vendor', apiKey: 'sk-vendor' })))
      .apiKeySecretArn!.secretArn!;
    await clients.control.send(new CreateWorkloadIdentityCommand({ name: 'agent-one' }));
    token = (await clients.data.send(new GetWorkloadAccessTokenForUserIdCommand({ workloadName: 'agent-one', userId: 'ann' })))
      .workloadAccessToken!;
  });

  const ask = (data: typeof clients.data, workloadIdentityToken = token) =>
    data.send(new GetResourceApiKeyCommand({ resourceCredentialProviderName: 'vendor', workloadIdentityToken }));

  test.each([
    ['????????-??????', true],
    // Recorded: 9 of 9 names have the 8 digits, and a policy without them is denied.
    ['??????', false],
  ])('reads the secret by a policy for vendor-%s: %s', async (suffix, allowed) => {
    const secret = `arn:aws:secretsmanager:us-west-2:123456789012:secret:bedrock-agentcore-identity!default/apikey/vendor-${suffix}`;
    const role = await makeRole(
      clients,
      `pattern-${suffix.length}`,
      { AWS: 'arn:aws:iam::123456789012:root' },
      statement('bedrock-agentcore:GetResourceApiKey', four),
      statement('secretsmanager:GetSecretValue', secret),
    );
    const { data } = await assume(emulator, role);
    if (allowed) expect((await ask(data)).apiKey).toBe('sk-vendor');
    else expect((await failureOf(ask(data))).name).toBe('AccessDeniedException');
  });

  test('gives the key to whoever may use exactly these four resources and the secret', async () => {
    const role = await makeRole(
      clients,
      'exact',
      { AWS: 'arn:aws:iam::123456789012:root' },
      statement('bedrock-agentcore:GetResourceApiKey', four),
      statement('secretsmanager:GetSecretValue', secretArn),
    );
    expect((await ask((await assume(emulator, role)).data)).apiKey).toBe('sk-vendor');
  });

  test.each(four.map((arn) => [arn]))('is denied without %s, which the message names', async (missing) => {
    const role = await makeRole(
      clients,
      `lacks-${four.indexOf(missing)}`,
      { AWS: 'arn:aws:iam::123456789012:root' },
      statement(
        'bedrock-agentcore:GetResourceApiKey',
        four.filter((arn) => arn !== missing),
      ),
      statement('secretsmanager:GetSecretValue', secretArn),
    );
    const name = role.split('/').at(-1);
    expect(await failureOf(ask((await assume(emulator, role)).data))).toMatchObject({
      name: 'AccessDeniedException',
      message: `User: arn:aws:sts::123456789012:assumed-role/${name}/test-session is not authorized to perform: bedrock-agentcore:GetResourceApiKey on resource: ${missing} because no identity-based policy allows the bedrock-agentcore:GetResourceApiKey action`,
      $metadata: { httpStatusCode: 403 },
    });
  });

  test('is denied without GetSecretValue on the secret', async () => {
    const role = await makeRole(
      clients,
      'no-secret',
      { AWS: 'arn:aws:iam::123456789012:root' },
      statement('bedrock-agentcore:GetResourceApiKey', four),
    );
    // As AWS was seen to word it, by two reports.
    expect(await failureOf(ask((await assume(emulator, role)).data))).toMatchObject({
      name: 'AccessDeniedException',
      message: `Access denied when retrieving secret '${secretArn}'. User: arn:aws:sts::123456789012:assumed-role/no-secret/test-session is not authorized to perform: secretsmanager:GetSecretValue on resource: ${secretArn} because no identity-based policy allows the secretsmanager:GetSecretValue action`,
    });
  });

  test('refuses a token that was forged, or made for another account', async () => {
    const other = await fetch(`${emulator.endpoint}/_emulator/accounts`, {
      method: 'POST',
      headers: { authorization: `Bearer ${emulator.adminToken}` },
      body: JSON.stringify({ accountId: '999999999999' }),
    });
    const stranger = clientsOf({
      endpoint: emulator.endpoint,
      region: emulator.region,
      ...((await other.json()) as { accessKeyId: string; secretAccessKey: string }),
    });
    for (const [data, given] of [
      [clients.data, `${token.startsWith('A') ? 'B' : 'A'}${token.slice(1)}`],
      [clients.data, 'AAAA'],
      [stranger.data, token],
    ] as const) {
      expect(await failureOf(ask(data, given))).toMatchObject({ name: 'UnauthorizedException', $metadata: { httpStatusCode: 401 } });
    }
  });

  test('answers not found for a provider that is not there', async () => {
    const { workloadAccessToken } = await clients.data.send(new GetWorkloadAccessTokenCommand({ workloadName: 'agent-one' }));
    const failure = await failureOf(
      clients.data.send(
        new GetResourceApiKeyCommand({ resourceCredentialProviderName: 'absent', workloadIdentityToken: workloadAccessToken }),
      ),
    );
    expect(failure).toMatchObject({ name: 'ResourceNotFoundException', $metadata: { httpStatusCode: 404 } });
  });
});
