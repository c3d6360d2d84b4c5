import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { IdentityClient, type Oauth2CredentialProviderInput } from './index.ts';
import { oauth2ProviderFields } from './oauth2-providers.ts';
import { loopbackAws, type AwsFailure } from './test/loopback-aws.ts';

const ARN = 'arn:aws:bedrock-agentcore:us-west-2:123456789012:token-vault/default';
const SECRET_ARN = 'arn:aws:secretsmanager:us-west-2:123456789012:secret:bedrock-agentcore-identity!default/apikey/openai-9f8e7d6c-AbCdEf';
const described = (name: unknown) => ({
  name,
  credentialProviderArn: `${ARN}/apikeycredentialprovider/${String(name)}`,
  apiKeySecretArn: { secretArn: SECRET_ARN },
});
const exists: AwsFailure = { errorType: 'ConflictException', status: 409, message: 'Credential provider with name: openai already exists' };
const missing: AwsFailure = { errorType: 'ResourceNotFoundException', status: 404, message: 'Credential provider not found' };

afterEach(() => vi.unstubAllEnvs());

describe('API-key credential providers', () => {
  test('ensure creates a provider that is not there', async () => {
    await using aws = await loopbackAws();
    aws.on('/identities/CreateApiKeyCredentialProvider', ({ name }) => described(name));
    const provider = await aws.client().ensureApiKeyCredentialProvider({ name: 'openai', apiKey: 'sk-1', tags: { run: '7' } });
    expect(provider).toEqual({
      name: 'openai',
      credentialProviderArn: `${ARN}/apikeycredentialprovider/openai`,
      secretArn: SECRET_ARN,
      outcome: 'created',
    });
    expect(aws.requests.map(({ body }) => body)).toEqual([{ name: 'openai', apiKey: 'sk-1', tags: { run: '7' } }]);
  });

  test('ensure gives the one that is there the new key, and the tags', async () => {
    await using aws = await loopbackAws();
    const tagPath = `/tags/${encodeURIComponent(`${ARN}/apikeycredentialprovider/openai`)}`;
    aws.on('/identities/CreateApiKeyCredentialProvider', () => exists);
    aws.on('/identities/UpdateApiKeyCredentialProvider', ({ name }) => ({
      ...described(name),
      createdTime: 1_800_000_000,
      lastUpdatedTime: 1_800_000_001,
    }));
    aws.on(tagPath, () => ({}));
    const provider = await aws.client().ensureApiKeyCredentialProvider({ name: 'openai', apiKey: 'sk-2', tags: { run: '8' } });
    expect(provider).toMatchObject({ outcome: 'updated', secretArn: SECRET_ARN, createdTime: new Date(1_800_000_000_000) });
    expect(aws.bodies('/identities/UpdateApiKeyCredentialProvider')).toEqual([{ name: 'openai', apiKey: 'sk-2' }]);
    expect(aws.bodies(tagPath)).toEqual([{ tags: { run: '8' } }]);
  });

  test('ensure creates it again where somebody deletes it in between', async () => {
    await using aws = await loopbackAws();
    let creates = 0;
    aws.on('/identities/CreateApiKeyCredentialProvider', ({ name }) => ((creates += 1) === 1 ? exists : described(name)));
    aws.on('/identities/UpdateApiKeyCredentialProvider', () => missing);
    await expect(aws.client().ensureApiKeyCredentialProvider({ name: 'openai', apiKey: 'sk-3' })).resolves.toMatchObject({
      outcome: 'created',
    });
    expect(creates).toBe(2);
  });

  test('a key in a secret of your own is referred to and not sent', async () => {
    await using aws = await loopbackAws();
    aws.on('/identities/CreateApiKeyCredentialProvider', ({ name }) => described(name));
    await aws.client().createApiKeyCredentialProvider({ name: 'openai', secret: { secretId: 'my/secret', jsonKey: 'key' } });
    expect(aws.requests[0]?.body).toEqual({
      name: 'openai',
      apiKeySecretSource: 'EXTERNAL',
      apiKeySecretConfig: { secretId: 'my/secret', jsonKey: 'key' },
    });
  });

  test.each([{ apiKey: '' }, {}, { apiKey: 'a', secret: { secretId: 's', jsonKey: 'k' } }])(
    'the key %o is refused before anything is sent',
    async (key) => {
      await using aws = await loopbackAws();
      await expect(
        aws.client().ensureApiKeyCredentialProvider({ name: 'openai', ...key } as { name: string; apiKey: string }),
      ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      expect(aws.requests).toEqual([]);
    },
  );

  test('list reads every page, an empty one among them', async () => {
    await using aws = await loopbackAws();
    const pages: Record<string, object> = {
      first: { credentialProviders: [{ name: 'a', credentialProviderArn: 'arn-a' }], nextToken: '2' },
      '2': { credentialProviders: [], nextToken: '3' },
      '3': { credentialProviders: [{ name: 'b', credentialProviderArn: 'arn-b' }] },
    };
    aws.on('/identities/ListApiKeyCredentialProviders', ({ nextToken = 'first' }) => ({ ...pages[String(nextToken)] }));
    await expect(aws.client().listApiKeyCredentialProviders()).resolves.toEqual([
      { name: 'a', credentialProviderArn: 'arn-a' },
      { name: 'b', credentialProviderArn: 'arn-b' },
    ]);
  });

  test('delete answers whether there was one', async () => {
    await using aws = await loopbackAws();
    let there = true;
    aws.on('/identities/DeleteApiKeyCredentialProvider', () => (there ? ((there = false), {}) : missing));
    const client = aws.client();
    await expect(client.deleteApiKeyCredentialProvider({ name: 'openai' })).resolves.toBe(true);
    await expect(client.deleteApiKeyCredentialProvider({ name: 'openai' })).resolves.toBe(false);
  });
});

describe('OAuth2 credential providers', () => {
  const client = { clientId: 'id', clientSecret: 'client-secret' };

  test.each<[Oauth2CredentialProviderInput['vendor'], string]>([
    ['AtlassianOauth2', 'atlassianOauth2ProviderConfig'],
    ['CustomOauth2', 'customOauth2ProviderConfig'],
    ['GithubOauth2', 'githubOauth2ProviderConfig'],
    ['GoogleOauth2', 'googleOauth2ProviderConfig'],
    ['LinkedinOauth2', 'linkedinOauth2ProviderConfig'],
    ['MicrosoftOauth2', 'microsoftOauth2ProviderConfig'],
    ['SalesforceOauth2', 'salesforceOauth2ProviderConfig'],
    ['SlackOauth2', 'slackOauth2ProviderConfig'],
  ])('%s has a configuration of its own', (vendor, member) => {
    const input = { name: 'p', vendor, config: client } as Oauth2CredentialProviderInput;
    expect(oauth2ProviderFields(input)).toEqual({
      name: 'p',
      credentialProviderVendor: vendor,
      oauth2ProviderConfigInput: { [member]: client },
    });
  });

  test('every other vendor of the SDK shares one', async () => {
    const { CredentialProviderVendorType } = await import('@aws-sdk/client-bedrock-agentcore-control');
    const shared = Object.values(CredentialProviderVendorType).filter(
      (vendor) =>
        'includedOauth2ProviderConfig' in
        oauth2ProviderFields({ name: 'p', vendor, config: client } as Oauth2CredentialProviderInput).oauth2ProviderConfigInput,
    );
    expect(shared).toHaveLength(Object.keys(CredentialProviderVendorType).length - 8);
    expect(shared).toContain('OktaOauth2');
  });

  test('create, get, update, list and delete speak to their operations', async () => {
    await using aws = await loopbackAws();
    const answer = {
      name: 'p',
      credentialProviderArn: `${ARN}/oauth2credentialprovider/p`,
      credentialProviderVendor: 'CustomOauth2',
      callbackUrl: 'https://service/identities/oauth2/callback/1',
      clientSecretArn: { secretArn: 'arn:secret' },
      oauth2ProviderConfigOutput: {
        customOauth2ProviderConfig: { oauthDiscovery: { discoveryUrl: 'https://v/.well-known/openid-configuration' }, clientId: 'id' },
      },
    };
    for (const verb of ['Create', 'Get', 'Update']) aws.on(`/identities/${verb}Oauth2CredentialProvider`, () => answer);
    aws.on('/identities/ListOauth2CredentialProviders', () => ({ credentialProviders: [answer] }));
    aws.on('/identities/DeleteOauth2CredentialProvider', () => ({}));
    const identity = aws.client();
    const input = {
      name: 'p',
      vendor: 'CustomOauth2',
      config: { ...client, oauthDiscovery: { discoveryUrl: 'https://v/.well-known/openid-configuration' } },
    } as const;
    const created = await identity.createOauth2CredentialProvider({ ...input, tags: { a: 'b' } });
    await expect(identity.ensureOauth2CredentialProvider(input)).resolves.toEqual({ ...created, outcome: 'created' });
    aws.on('/identities/CreateOauth2CredentialProvider', () => exists);
    await expect(identity.ensureOauth2CredentialProvider(input)).resolves.toEqual({ ...created, outcome: 'updated' });
    expect(created).toMatchObject({
      name: 'p',
      vendor: 'CustomOauth2',
      callbackUrl: answer.callbackUrl,
      clientSecretArn: 'arn:secret',
      config: answer.oauth2ProviderConfigOutput,
    });
    await expect(identity.getOauth2CredentialProvider({ name: 'p' })).resolves.toEqual(created);
    await expect(identity.updateOauth2CredentialProvider(input)).resolves.toEqual(created);
    await expect(identity.listOauth2CredentialProviders()).resolves.toMatchObject([{ name: 'p', vendor: 'CustomOauth2' }]);
    await expect(identity.deleteOauth2CredentialProvider({ name: 'p' })).resolves.toBe(true);
    expect(aws.requests[0]?.body).toEqual({
      name: 'p',
      credentialProviderVendor: 'CustomOauth2',
      oauth2ProviderConfigInput: { customOauth2ProviderConfig: input.config },
      tags: { a: 'b' },
    });
  });
});

describe('the token vault and workload identities', () => {
  test('the key of the vault is read and set, and given back to AWS', async () => {
    await using aws = await loopbackAws();
    const kmsKeyArn = 'arn:aws:kms:us-west-2:123456789012:key/00000000-0000-0000-0000-000000000000';
    aws.on('/identities/get-token-vault', () => ({
      tokenVaultId: 'default',
      kmsConfiguration: { keyType: 'ServiceManagedKey' },
      lastModifiedDate: 1_800_000_000,
    }));
    aws.on('/identities/set-token-vault-cmk', ({ kmsConfiguration }) => ({
      tokenVaultId: 'default',
      kmsConfiguration,
      lastModifiedDate: 1_800_000_001,
    }));
    const identity = aws.client();
    await expect(identity.getTokenVault()).resolves.toEqual({
      tokenVaultId: 'default',
      kmsConfiguration: { keyType: 'ServiceManagedKey' },
      lastModifiedDate: new Date(1_800_000_000_000),
    });
    await identity.setTokenVaultCMK({ kmsConfiguration: { keyType: 'CustomerManagedKey', kmsKeyArn } });
    await identity.setTokenVaultCMK({ kmsConfiguration: { keyType: 'ServiceManagedKey' } });
    expect(aws.requests.map(({ body }) => body)).toEqual([
      { tokenVaultId: 'default' },
      { tokenVaultId: 'default', kmsConfiguration: { keyType: 'CustomerManagedKey', kmsKeyArn } },
      { tokenVaultId: 'default', kmsConfiguration: { keyType: 'ServiceManagedKey' } },
    ]);
  });

  test('a workload identity is created, read, updated, listed and deleted', async () => {
    await using aws = await loopbackAws();
    const answer = { name: 'agent', workloadIdentityArn: 'arn:agent', allowedResourceOauth2ReturnUrls: ['https://app/cb'] };
    for (const verb of ['Create', 'Get', 'Update']) aws.on(`/identities/${verb}WorkloadIdentity`, () => answer);
    aws.on('/identities/ListWorkloadIdentities', () => ({ workloadIdentities: [{ name: 'agent', workloadIdentityArn: 'arn:agent' }] }));
    aws.on('/identities/DeleteWorkloadIdentity', () => missing);
    const identity = aws.client();
    await expect(identity.createWorkloadIdentity({ name: 'agent', allowedResourceOauth2ReturnUrls: ['https://app/cb'] })).resolves.toEqual(
      answer,
    );
    await expect(identity.getWorkloadIdentity({ name: 'agent' })).resolves.toEqual(answer);
    await expect(identity.updateWorkloadIdentity({ name: 'agent', allowedResourceOauth2ReturnUrls: [] })).resolves.toEqual(answer);
    await expect(identity.listWorkloadIdentities()).resolves.toEqual([{ name: 'agent', workloadIdentityArn: 'arn:agent' }]);
    await expect(identity.deleteWorkloadIdentity({ name: 'agent' })).resolves.toBe(false);
    expect(aws.bodies('/identities/UpdateWorkloadIdentity')).toEqual([{ name: 'agent', allowedResourceOauth2ReturnUrls: [] }]);
  });

  test('case 79: a user token beats a user id, which beats the bare workload', async () => {
    await using aws = await loopbackAws();
    for (const suffix of ['', 'ForUserId', 'ForJWT'])
      aws.on(`/identities/GetWorkloadAccessToken${suffix}`, () => ({ workloadAccessToken: `wat${suffix}` }));
    const identity = aws.client();
    await expect(identity.getWorkloadAccessToken({ workloadName: 'agent', userId: 'ada', userToken: 'a.b.c' })).resolves.toBe('watForJWT');
    await expect(identity.getWorkloadAccessToken({ workloadName: 'agent', userId: 'ada' })).resolves.toBe('watForUserId');
    await expect(identity.getWorkloadAccessToken({ workloadName: 'agent' })).resolves.toBe('wat');
    expect(aws.requests.map(({ body }) => body)).toEqual([
      { workloadName: 'agent', userToken: 'a.b.c' },
      { workloadName: 'agent', userId: 'ada' },
      { workloadName: 'agent' },
    ]);
  });

  test('case 78: a session is completed with a user id or with a user token', async () => {
    await using aws = await loopbackAws();
    aws.on('/identities/CompleteResourceTokenAuth', () => ({}));
    const sessionUri = 'urn:ietf:params:oauth:request_uri:abc';
    await aws.client().completeResourceTokenAuth({ sessionUri, userId: 'ada' });
    await aws.client().completeResourceTokenAuth({ sessionUri, userToken: 'a.b.c' });
    expect(aws.requests.map(({ body }) => body)).toEqual([
      { sessionUri, userIdentifier: { userId: 'ada' } },
      { sessionUri, userIdentifier: { userToken: 'a.b.c' } },
    ]);
  });

  test.each([
    { sessionUri: 'urn:ietf:params:oauth:request_uri:abc' },
    { sessionUri: 'urn:ietf:params:oauth:request_uri:abc', userId: '' },
    { sessionUri: 'urn:ietf:params:oauth:request_uri:abc', userId: 'ada', userToken: 'a.b.c' },
    { sessionUri: 'https://evil.example/', userId: 'ada' },
    { sessionUri: 'urn:ietf:params:oauth:request_uri:', userId: 'ada' },
  ])('case 78: %o is refused and nothing is sent', async (input) => {
    await using aws = await loopbackAws();
    await expect(aws.client().completeResourceTokenAuth(input as { sessionUri: string; userId: string })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    expect(aws.requests).toEqual([]);
  });
});

describe('case 80: the region', () => {
  test('is the option, AWS_REGION, AWS_DEFAULT_REGION, the profile and us-west-2, in this order', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'identity-region-'));
    const config = join(directory, 'config');
    await writeFile(config, '[default]\nregion = eu-north-1\n');
    vi.stubEnv('AWS_REGION', 'ap-northeast-2');
    vi.stubEnv('AWS_DEFAULT_REGION', 'eu-central-1');
    vi.stubEnv('AWS_CONFIG_FILE', config);
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(directory, 'none'));
    vi.stubEnv('AWS_PROFILE', undefined);
    const region = (): Promise<string> => new IdentityClient().region();
    try {
      await expect(new IdentityClient({ region: 'sa-east-1' }).region()).resolves.toBe('sa-east-1');
      await expect(region()).resolves.toBe('ap-northeast-2');
      vi.stubEnv('AWS_REGION', undefined);
      await expect(region()).resolves.toBe('eu-central-1');
      vi.stubEnv('AWS_DEFAULT_REGION', '');
      await expect(region()).resolves.toBe('eu-north-1');
      // The SDK reads a profile's file once per process and path: another file, for another answer.
      vi.stubEnv('AWS_CONFIG_FILE', join(directory, 'no-such-file'));
      await expect(region()).resolves.toBe('us-west-2');
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  test('is what requests are signed for', async () => {
    await using aws = await loopbackAws();
    vi.stubEnv('AWS_REGION', undefined);
    vi.stubEnv('AWS_DEFAULT_REGION', 'eu-central-1');
    aws.on('/identities/api-key', () => ({ apiKey: 'k' }));
    using identity = new IdentityClient({ endpoint: aws.endpoint, credentials: aws.credentials });
    await identity.getApiKey({ providerName: 'openai', workloadIdentityToken: 'wat' });
    expect(aws.requests[0]?.region).toBe('eu-central-1');
  });

  test('and the endpoint come from the environment, as in every AWS SDK', async () => {
    await using aws = await loopbackAws();
    vi.stubEnv('AWS_ENDPOINT_URL', aws.endpoint);
    vi.stubEnv('AWS_ACCESS_KEY_ID', aws.credentials.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', aws.credentials.secretAccessKey);
    vi.stubEnv('AWS_SESSION_TOKEN', undefined);
    aws.on('/identities/api-key', () => ({ apiKey: 'k' }));
    using identity = new IdentityClient();
    await expect(identity.getApiKey({ providerName: 'openai', workloadIdentityToken: 'wat' })).resolves.toBe('k');
    expect(aws.requests[0]?.accessKeyId).toBe(aws.credentials.accessKeyId);
  });
});
