/**
 * What AWS's answers were made of when they were recorded: exactly these members, in these formats and in this order. What a runtime has is in
 * invoke.test.ts.
 */
import {
  CreateApiKeyCredentialProviderCommand,
  CreateOauth2CredentialProviderCommand,
  DeleteApiKeyCredentialProviderCommand,
  DeleteOauth2CredentialProviderCommand,
  GetApiKeyCredentialProviderCommand,
  GetOauth2CredentialProviderCommand,
  ListApiKeyCredentialProvidersCommand,
  ListOauth2CredentialProvidersCommand,
  UpdateApiKeyCredentialProviderCommand,
  UpdateOauth2CredentialProviderCommand,
  type CreateOauth2CredentialProviderRequest,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { CreateRoleCommand, DeleteRoleCommand, GetRoleCommand, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { describe, expect } from 'vitest';
import { recorded } from './source.ts';
import { contractSuite, document, membersOf, test } from './suite.ts';
import { until } from './until.ts';

const suite = contractSuite();
const { control, iam } = suite.clients;
const VAULT = `arn:aws:bedrock-agentcore:${suite.region}:${suite.accountId}:token-vault/default`;
const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const date = expect.any(Date) as Date;
const like = (pattern: string) => expect.stringMatching(new RegExp(`^${pattern}$`)) as string;
const secretOf = (kind: 'apikey' | 'oauth2', name: string) => ({
  secretArn: like(
    `arn:aws:secretsmanager:${suite.region}:${suite.accountId}:secret:bedrock-agentcore-identity!default/${kind}/${name}-[0-9a-f]{8}-[A-Za-z0-9]{6}`,
  ),
});

describe('an API-key credential provider', () => {
  const create = async (what: string) => {
    const name = suite.name(what);
    const created = await control.send(new CreateApiKeyCredentialProviderCommand({ name, apiKey: 'sk-contract' }));
    suite.undo(() => control.send(new DeleteApiKeyCredentialProviderCommand({ name })));
    return { ...created, name };
  };
  const made = (name: string) => ({
    apiKeySecretArn: secretOf('apikey', name),
    name,
    credentialProviderArn: `${VAULT}/apikeycredentialprovider/${name}`,
    apiKeySecretSource: 'MANAGED',
  });

  test({
    about: ['bedrock-agentcore-control:CreateApiKeyCredentialProvider', 'bedrock-agentcore-control:GetApiKeyCredentialProvider'],
    source: [
      recorded(
        'aws/agentcore-cli@a17f08dc5',
        'src/handlers/identity/__fixtures__/CreateApiKeyCredentialProviderCommand.83b094791cea0052.json',
      ),
      recorded(
        'aws/agentcore-cli@970b58104',
        'src/handlers/identity/__fixtures__/GetApiKeyCredentialProviderCommand.b0c07380332f4673.json',
      ),
    ],
  })('is made with a secret, and read with its times, both of which are of its creation', async () => {
    const created = await create('key-shape');
    const { name } = created;
    expect(membersOf(created)).toEqual(made(name));
    const read = await until(() => control.send(new GetApiKeyCredentialProviderCommand({ name })));
    expect(membersOf(read)).toEqual({ ...made(name), createdTime: date, lastUpdatedTime: read.createdTime });
    expect(read.apiKeySecretArn).toEqual(created.apiKeySecretArn);
  });

  test({
    about: ['bedrock-agentcore-control:UpdateApiKeyCredentialProvider'],
    source: [
      recorded(
        'aws/agentcore-cli@a17f08dc5',
        'src/handlers/identity/__fixtures__/UpdateApiKeyCredentialProviderCommand.a779aef2084d562f.json',
      ),
      recorded('aws/agentcore-cli@25e73f888', 'src/handlers/identity/__fixtures__/update.golden.json'),
    ],
  })('is answered whole when it is updated, with the secret and both times that it had', async () => {
    const { name, apiKeySecretArn } = await create('key-update');
    const { createdTime } = await until(() => control.send(new GetApiKeyCredentialProviderCommand({ name })));
    const updated = await until(() => control.send(new UpdateApiKeyCredentialProviderCommand({ name, apiKey: 'sk-second' })));
    expect(membersOf(updated)).toEqual({ ...made(name), apiKeySecretArn, createdTime, lastUpdatedTime: createdTime });
  });

  test({
    about: ['bedrock-agentcore-control:ListApiKeyCredentialProviders'],
    source: recorded(
      'aws/agentcore-cli@fa9d61814',
      'src/handlers/identity/__fixtures__/ListApiKeyCredentialProvidersCommand.23f97c9dcdd6350b.json',
    ),
  })('is listed by name, without its secret', async () => {
    const names = [(await create('key-list')).name, (await create('key-list-2')).name];
    await until(async () => {
      const { credentialProviders = [] } = await control.send(new ListApiKeyCredentialProvidersCommand({ maxResults: 20 }));
      expect(credentialProviders.filter(({ name }) => names.includes(name!))).toEqual(
        names.map((name) => ({
          name,
          credentialProviderArn: `${VAULT}/apikeycredentialprovider/${name}`,
          createdTime: date,
          lastUpdatedTime: date,
        })),
      );
    });
  });
});

describe('an OAuth2 credential provider', () => {
  const discoveryUrl = 'https://example.com/.well-known/openid-configuration';
  const input = (name: string, clientId: string): CreateOauth2CredentialProviderRequest => ({
    name,
    credentialProviderVendor: 'CustomOauth2',
    oauth2ProviderConfigInput: {
      customOauth2ProviderConfig: { oauthDiscovery: { discoveryUrl }, clientId, clientSecret: 'cs-contract' },
    },
  });
  const create = async (what: string) => {
    const name = suite.name(what);
    const created = await control.send(new CreateOauth2CredentialProviderCommand(input(name, 'client-1')));
    suite.undo(() => control.send(new DeleteOauth2CredentialProviderCommand({ name })));
    return { ...created, name };
  };
  // The emulator's users come back to the laptop.
  const host = suite.isAws ? `https://bedrock-agentcore.${suite.region}.amazonaws.com` : 'https?://[^/]+';
  const made = (name: string, clientId: string) => ({
    clientSecretArn: secretOf('oauth2', name),
    name,
    credentialProviderArn: `${VAULT}/oauth2credentialprovider/${name}`,
    clientSecretSource: 'MANAGED',
    callbackUrl: like(`${host}/identities/oauth2/callback/${UUID}`),
    oauth2ProviderConfigOutput: { customOauth2ProviderConfig: { oauthDiscovery: { discoveryUrl }, clientId } },
    status: 'READY',
  });

  test({
    about: ['bedrock-agentcore-control:CreateOauth2CredentialProvider', 'bedrock-agentcore-control:GetOauth2CredentialProvider'],
    source: [
      recorded(
        'aws/agentcore-cli@4905d888e',
        'src/handlers/identity/oauth2-credential-provider/__fixtures__/CreateOauth2CredentialProviderCommand.5ccb325cf76fc258.json',
      ),
      recorded(
        'aws/agentcore-cli@4905d888e',
        'src/handlers/identity/oauth2-credential-provider/__fixtures__/GetOauth2CredentialProviderCommand.1def95784910b125.json',
      ),
    ],
  })('is made without a word of its vendor, and read with it', async () => {
    const created = await create('oauth2-shape');
    const { name, callbackUrl, clientSecretArn } = created;
    expect(membersOf(created)).toEqual(made(name, 'client-1'));
    const read = await until(() => control.send(new GetOauth2CredentialProviderCommand({ name })));
    expect(membersOf(read)).toEqual({
      ...made(name, 'client-1'),
      callbackUrl,
      clientSecretArn,
      credentialProviderVendor: 'CustomOauth2',
      createdTime: date,
      lastUpdatedTime: read.createdTime,
    });
  });

  test({
    about: ['bedrock-agentcore-control:UpdateOauth2CredentialProvider'],
    source: recorded(
      'aws/agentcore-cli@4905d888e',
      'src/handlers/identity/oauth2-credential-provider/__fixtures__/UpdateOauth2CredentialProviderCommand.16483b6b51f663af.json',
    ),
  })('keeps its callback, secret and creation when it is updated, and only then its other time moves', async () => {
    const { name, callbackUrl, clientSecretArn } = await create('oauth2-update');
    const { createdTime } = await until(() => control.send(new GetOauth2CredentialProviderCommand({ name })));
    const updated = await control.send(new UpdateOauth2CredentialProviderCommand(input(name, 'client-2')));
    expect(membersOf(updated)).toEqual({
      ...made(name, 'client-2'),
      callbackUrl,
      clientSecretArn,
      credentialProviderVendor: 'CustomOauth2',
      createdTime,
      lastUpdatedTime: date,
    });
    expect(updated.lastUpdatedTime!.getTime()).toBeGreaterThan(createdTime!.getTime());
  });

  test({
    about: ['bedrock-agentcore-control:ListOauth2CredentialProviders'],
    source: recorded(
      'aws/agentcore-cli@53b705b7b',
      'src/handlers/identity/oauth2-credential-provider/__fixtures__/ListOauth2CredentialProvidersCommand.23f97c9dcdd6350b.json',
    ),
  })('is listed by name, with its vendor', async () => {
    const names = [(await create('oauth2-list')).name, (await create('oauth2-list-2')).name];
    await until(async () => {
      const { credentialProviders = [] } = await control.send(new ListOauth2CredentialProvidersCommand({ maxResults: 20 }));
      expect(credentialProviders.filter(({ name }) => names.includes(name!))).toEqual(
        names.map((name) => ({
          name,
          credentialProviderVendor: 'CustomOauth2',
          credentialProviderArn: `${VAULT}/oauth2credentialprovider/${name}`,
          createdTime: date,
          lastUpdatedTime: date,
        })),
      );
    });
  });
});

describe('a role', () => {
  const AssumeRolePolicyDocument = document([
    { Effect: 'Allow', Principal: { Service: 'bedrock-agentcore.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ]);
  const create = async (what: string) => {
    const RoleName = suite.name(what);
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    suite.undo(() => iam.send(new DeleteRoleCommand({ RoleName })));
    return { ...Role, RoleName };
  };
  const made = (RoleName: string) => ({
    Path: '/',
    RoleName,
    RoleId: like('AROA[A-Z0-9]{17}'),
    Arn: `arn:aws:iam::${suite.accountId}:role/${RoleName}`,
    CreateDate: date,
    AssumeRolePolicyDocument: encodeURIComponent(AssumeRolePolicyDocument).replace(
      /[!'()*]/g,
      (sign) => `%${sign.charCodeAt(0).toString(16)}`,
    ),
  });

  test({
    about: ['iam:CreateRole'],
    source: [
      recorded('aws/agentcore-cli@36075b95d', 'src/handlers/harness/__fixtures__/CreateRoleCommand.8cb410977df880b4.json'),
      recorded('aws/agentcore-cli@96cb3142d', 'src/handlers/gateway/__fixtures__/create/CreateRoleCommand.8c882992929fc867.json'),
    ],
  })('is answered without its longest session, and made in a whole second', async () => {
    const role = await create('role-shape');
    expect(role).toEqual(made(role.RoleName));
    expect(role.CreateDate!.getMilliseconds()).toBe(0);
  });

  test({
    about: ['iam:GetRole'],
    source: recorded('localstack/localstack@8b9a79f05', 'tests/aws/services/iam/test_iam.snapshot.json'),
  })('is read with its longest session, and with its last use, which is empty at first', async () => {
    const { RoleName } = await create('role-read');
    const { Role } = await until(() => iam.send(new GetRoleCommand({ RoleName })));
    expect(Role).toEqual({ ...made(RoleName), MaxSessionDuration: 3600, RoleLastUsed: {} });
  });

  test({
    about: ['iam:ListRolePolicies'],
    source: recorded('aws/agentcore-cli@ec1e68013', 'src/handlers/harness/__fixtures__/ListRolePoliciesCommand.37ddb6c8639e273d.json'),
  })('without policies has an empty list of them', async () => {
    const { RoleName } = await create('role-policies');
    const policies = await until(() => iam.send(new ListRolePoliciesCommand({ RoleName })));
    expect(membersOf(policies)).toEqual({ PolicyNames: [], IsTruncated: false });
  });
});
