import {
  CreateOauth2CredentialProviderCommand,
  CredentialProviderVendorType,
  DeleteOauth2CredentialProviderCommand,
  GetOauth2CredentialProviderCommand,
  ListOauth2CredentialProvidersCommand,
  ListTagsForResourceCommand,
  ResourceNotFoundException,
  TagResourceCommand,
  UpdateOauth2CredentialProviderCommand,
  ValidationException,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { CreateSecretCommand, GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../../start-emulator.ts';
import { clientsOf, failureOf } from '../../../test/clients.ts';
import { configMember } from './vendor-config.ts';

let emulator: Emulator;
let clients: ReturnType<typeof clientsOf>;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, vendors: { ZoomOauth2: 'https://zoom.example/.well-known/openid-configuration' } });
  clients = clientsOf(emulator);
});
afterAll(() => emulator.stop());

const create = (
  name: string,
  credentialProviderVendor: CredentialProviderVendorType,
  oauth2ProviderConfigInput: object,
  more: object = {},
) =>
  clients.control.send(
    new CreateOauth2CredentialProviderCommand({
      name,
      credentialProviderVendor,
      oauth2ProviderConfigInput: oauth2ProviderConfigInput as never,
      ...more,
    }),
  );
const github = (name: string, clientSecret = 'first-secret', more: object = {}) =>
  create(name, 'GithubOauth2', { githubOauth2ProviderConfig: { clientId: 'id', clientSecret } }, more);
const discovery = { discoveryUrl: 'https://as.example/.well-known/openid-configuration' };
const client = { clientId: 'id', clientSecret: 'secret' };

describe('an OAuth2 credential provider', () => {
  test('keeps its client secret as a secret that its caller can read but not change', async () => {
    const created = await github('kept');
    const SecretId = created.clientSecretArn?.secretArn;
    expect(created.credentialProviderArn).toBe(
      'arn:aws:bedrock-agentcore:us-west-2:123456789012:token-vault/default/oauth2credentialprovider/kept',
    );
    expect(SecretId).toMatch(/:secret:bedrock-agentcore-identity!default\/oauth2\/kept-[0-9a-f]{8}-[A-Za-z0-9]{6}$/);
    expect((await clients.secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString).toBe('{"client_secret":"first-secret"}');
    expect((await failureOf(clients.secrets.send(new PutSecretValueCommand({ SecretId, SecretString: 'x' })))).message).toContain(
      'managed',
    );
    expect(created.callbackUrl).toMatch(new RegExp(`^${emulator.endpoint}/identities/oauth2/callback/[0-9a-f-]{36}$`));

    await clients.control.send(
      new UpdateOauth2CredentialProviderCommand({
        name: 'kept',
        credentialProviderVendor: 'GithubOauth2',
        oauth2ProviderConfigInput: { githubOauth2ProviderConfig: { clientId: 'id-2', clientSecret: 'second-secret' } },
      }),
    );
    expect((await clients.secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString).toContain('second-secret');
    const read = await clients.control.send(new GetOauth2CredentialProviderCommand({ name: 'kept' }));
    expect(read).toMatchObject({
      callbackUrl: created.callbackUrl,
      status: 'READY',
      clientSecretSource: 'MANAGED',
      oauth2ProviderConfigOutput: {
        githubOauth2ProviderConfig: { clientId: 'id-2', oauthDiscovery: { discoveryUrl: emulator.vendor.discoveryUrl } },
      },
    });
    expect(JSON.stringify([created, read])).not.toMatch(/(?:first|second)-secret/);
    expect(await failureOf(github('kept'))).toMatchObject({
      name: 'ValidationException',
      message: 'Credential provider with name: kept already exists',
    });
  });

  test('is tagged, listed, counted as a resource, and goes with its secret', async () => {
    const { credentialProviderArn: resourceArn, clientSecretArn } = await github('gone', 's', { tags: { a: '1' } });
    await clients.control.send(new TagResourceCommand({ resourceArn, tags: { b: '2' } }));
    expect((await clients.control.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual({ a: '1', b: '2' });
    const names: (string | undefined)[] = [];
    let nextToken: string | undefined;
    do {
      const page = await clients.control.send(
        new ListOauth2CredentialProvidersCommand({ maxResults: 1, ...(nextToken ? { nextToken } : {}) }),
      );
      names.push(...page.credentialProviders!.map((provider) => provider.name));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(names).toContain('gone');
    expect(emulator.inventory()).toContainEqual(
      expect.objectContaining({ type: 'bedrock-agentcore:oauth2credentialprovider', arn: resourceArn }),
    );
    await clients.control.send(new DeleteOauth2CredentialProviderCommand({ name: 'gone' }));
    expect(await failureOf(clients.control.send(new GetOauth2CredentialProviderCommand({ name: 'gone' })))).toBeInstanceOf(
      ResourceNotFoundException,
    );
    const secret = clients.secrets.send(new GetSecretValueCommand({ SecretId: clientSecretArn?.secretArn }));
    expect((await failureOf(secret)).name).toBe('ResourceNotFoundException');
  });

  test("takes its client secret from the caller's own secret, which stays when it goes", async () => {
    const { ARN } = await clients.secrets.send(new CreateSecretCommand({ Name: 'mine', SecretString: '{"s":"own"}' }));
    const clientSecretConfig = { secretId: ARN, jsonKey: 's' };
    const config = { githubOauth2ProviderConfig: { clientId: 'id', clientSecretSource: 'EXTERNAL', clientSecretConfig } };
    expect(await create('external', 'GithubOauth2', config)).toMatchObject({
      clientSecretArn: { secretArn: ARN },
      clientSecretSource: 'EXTERNAL',
      clientSecretJsonKey: 's',
    });
    await clients.control.send(new DeleteOauth2CredentialProviderCommand({ name: 'external' }));
    expect((await clients.secrets.send(new GetSecretValueCommand({ SecretId: 'mine' }))).SecretString).toBe('{"s":"own"}');
  });
});

const VENDORS = Object.values(CredentialProviderVendorType);

test.each(VENDORS.map((vendor) => [vendor]))('%s is configured by its own member, and by no other', async (vendor) => {
  const member = configMember(vendor);
  const fitting = { [member]: { ...client, ...(vendor === 'CustomOauth2' ? { oauthDiscovery: discovery } : {}) } };
  const created = await create(`of-${vendor}`, vendor, fitting);
  const { oauthDiscovery, clientId } = (
    created.oauth2ProviderConfigOutput as never as Record<string, { oauthDiscovery: object; clientId: string }>
  )[member]!;
  expect(clientId).toBe('id');
  expect(oauthDiscovery).toEqual(
    vendor === 'CustomOauth2'
      ? discovery
      : { discoveryUrl: vendor === 'ZoomOauth2' ? 'https://zoom.example/.well-known/openid-configuration' : emulator.vendor.discoveryUrl },
  );
  const other = member === 'slackOauth2ProviderConfig' ? 'googleOauth2ProviderConfig' : 'slackOauth2ProviderConfig';
  const failure = await failureOf(create(`not-${vendor}`, vendor, { [other]: client }));
  expect(failure).toBeInstanceOf(ValidationException);
  expect(failure.message).toBe(`The vendor ${vendor} is configured by ${member}, but ${other} was given.`);
});

test('there is a member of its own for eight vendors, and one for all others', () => {
  expect(VENDORS.length).toBeGreaterThanOrEqual(25);
  expect(new Set(VENDORS.map(configMember)).size).toBe(9);
});

const custom = (more: object) =>
  create('bad', 'CustomOauth2', { customOauth2ProviderConfig: { ...client, oauthDiscovery: discovery, ...more } });
const included = (more: object) => create('bad', 'OktaOauth2', { includedOauth2ProviderConfig: { ...client, ...more } });

test.each([
  ['no client secret', () => custom({ clientSecret: undefined }), 'clientSecret is required'],
  ['no client id', () => custom({ clientId: undefined }), 'clientId is required'],
  [
    'a discovery document in clear text on another machine',
    () => custom({ oauthDiscovery: { discoveryUrl: 'http://as.example/.well-known/openid-configuration' } }),
    'expected https, or http on this machine',
  ],
  [
    'an endpoint that is not a URL',
    () => custom({ oauthDiscovery: { authorizationServerMetadata: { issuer: 'x', authorizationEndpoint: 'y', tokenEndpoint: 'z' } } }),
    'is not a URL that can be used',
  ],
  [
    'an exchange without its settings',
    () => custom({ onBehalfOfTokenExchangeConfig: { grantType: 'TOKEN_EXCHANGE' } }),
    'is required when',
  ],
  ['half of the endpoints of a tenant', () => included({ issuer: 'https://tenant.example' }), 'authorizationEndpoint is required'],
  [
    'a secret that is not there',
    () => included({ clientSecret: undefined, clientSecretSource: 'EXTERNAL', clientSecretConfig: { secretId: 'no', jsonKey: 'k' } }),
    'does not exist',
  ],
])('%s is refused, without a word of the secret', async (_case, attempt, message) => {
  const failure = await failureOf(attempt());
  expect(failure).toBeInstanceOf(ValidationException);
  expect(failure.message).toContain(message);
  expect(JSON.stringify(failure)).not.toContain('"secret"');
});

test('a tenant on this machine is used as it is given', async () => {
  const endpoints = { issuer: 'http://localhost:1', authorizationEndpoint: 'http://localhost:1/a', tokenEndpoint: 'http://localhost:1/t' };
  const { oauth2ProviderConfigOutput: output } = await create('tenant', 'Auth0Oauth2', {
    includedOauth2ProviderConfig: { ...client, ...endpoints },
  });
  expect(output?.includedOauth2ProviderConfig?.oauthDiscovery).toEqual({ authorizationServerMetadata: endpoints });
});

test('an option that names no vendor, or no place for it, is a mistake at the start', async () => {
  await expect(startEmulator({ ephemeral: true, vendors: { github: 'https://x.example' } })).rejects.toMatchObject({
    code: 'INVALID_OPTION',
  });
  await expect(startEmulator({ ephemeral: true, vendors: { GithubOauth2: 'http://x.example' } })).rejects.toMatchObject({
    code: 'INVALID_OPTION',
  });
});
