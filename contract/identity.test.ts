/**
 * AgentCore Identity: workload identities and API-key credential providers. What an agent gets of them is in resource-tokens.test.ts.
 *
 * Sources: the API reference of bedrock-agentcore-control (CreateWorkloadIdentity, CreateApiKeyCredentialProvider, List..., TagResource) with its error
 * lists and constraints; the developer guide, "Manage workload identities" and "Credential provider". Not documented: which error a name that is taken
 * has for a workload identity (the model has no ConflictException), and the texts.
 */
import {
  CreateApiKeyCredentialProviderCommand,
  CreateWorkloadIdentityCommand,
  GetApiKeyCredentialProviderCommand,
  GetOauth2CredentialProviderCommand,
  GetWorkloadIdentityCommand,
  ListApiKeyCredentialProvidersCommand,
  ListTagsForResourceCommand,
  ListWorkloadIdentitiesCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateApiKeyCredentialProviderCommand,
  UpdateWorkloadIdentityCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { DescribeSecretCommand, GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { describe, expect } from 'vitest';
import { makeApiKeyProvider, makeWorkload } from './identity.ts';
import { apiReference, believed, documented, recorded, reported } from './source.ts';
import { contractSuite, failureOf, test } from './suite.ts';
import { until } from './until.ts';

const suite = contractSuite();
const { control, secrets } = suite.clients;
const PREFIX = `arn:aws:bedrock-agentcore:${suite.region}:${suite.accountId}`;

const workload = (what: string) => makeWorkload(suite, what);
const provider = (what: string, apiKey?: string) => makeApiKeyProvider(suite, what, apiKey);

describe('a workload identity', () => {
  test({
    about: [
      'bedrock-agentcore-control:CreateWorkloadIdentity',
      'bedrock-agentcore-control:GetWorkloadIdentity',
      'bedrock-agentcore-control:UpdateWorkloadIdentity',
      'bedrock-agentcore-control:TagResource',
      'bedrock-agentcore-control:UntagResource',
      'bedrock-agentcore-control:ListTagsForResource',
    ],
    source: [apiReference('bedrock-agentcore-control:CreateWorkloadIdentity'), apiReference('bedrock-agentcore-control:TagResource')],
  })('is created with its ARN, read, updated, tagged and listed', async () => {
    const { name, workloadIdentityArn: resourceArn } = await workload('workload');
    expect(resourceArn).toBe(`${PREFIX}:workload-identity-directory/default/workload-identity/${name}`);
    const allowedResourceOauth2ReturnUrls = ['https://app.example.com/back'];
    await control.send(new UpdateWorkloadIdentityCommand({ name, allowedResourceOauth2ReturnUrls }));
    const read = await until(() => control.send(new GetWorkloadIdentityCommand({ name })));
    expect(read).toMatchObject({
      name,
      workloadIdentityArn: resourceArn,
      allowedResourceOauth2ReturnUrls,
      createdTime: expect.any(Date) as Date,
    });
    await control.send(new TagResourceCommand({ resourceArn, tags: { team: 'a', stage: '' } }));
    await control.send(new UntagResourceCommand({ resourceArn, tagKeys: ['stage'] }));
    const { tags } = await control.send(new ListTagsForResourceCommand({ resourceArn }));
    expect(tags).toEqual({ ...suite.tags, team: 'a' });
  });

  test({
    about: ['bedrock-agentcore-control:CreateWorkloadIdentity'],
    source: apiReference('bedrock-agentcore-control:CreateWorkloadIdentity'),
  })('with a name that is too short or has spaces: ValidationException, with the constraint in words', async () => {
    const failure = await failureOf(control.send(new CreateWorkloadIdentityCommand({ name: 'ab' })));
    expect(failure).toMatchObject({ name: 'ValidationException', status: 400 });
    expect(failure.message).toContain("at 'name' failed to satisfy constraint: Member must have length greater than or equal to 3");
    const spaced = await failureOf(control.send(new CreateWorkloadIdentityCommand({ name: 'not allowed' })));
    expect(spaced.message).toContain(
      "at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [A-Za-z0-9_.-]+",
    );
  });

  test({
    about: ['bedrock-agentcore-control:CreateWorkloadIdentity'],
    source: believed('as callers have seen it, in reports without an address that stays; the model has no ConflictException'),
  })('with a name that is taken: ValidationException', async () => {
    const { name } = await workload('taken');
    expect(await failureOf(control.send(new CreateWorkloadIdentityCommand({ name })))).toMatchObject({
      name: 'ValidationException',
      status: 400,
      message: `WorkloadIdentity with name '${name}' already exists.`,
    });
  });

  test({
    about: ['bedrock-agentcore-control:GetWorkloadIdentity'],
    source: apiReference('bedrock-agentcore-control:GetWorkloadIdentity'),
  })('that does not exist: ResourceNotFoundException', async () => {
    expect(await failureOf(control.send(new GetWorkloadIdentityCommand({ name: suite.name('none') })))).toMatchObject({
      name: 'ResourceNotFoundException',
      status: 404,
    });
  });

  test({
    about: ['bedrock-agentcore-control:ListWorkloadIdentities'],
    source: apiReference('bedrock-agentcore-control:ListWorkloadIdentities'),
  })('lists page by a token, and a page holds at most 20', async () => {
    await workload('page-1');
    await workload('page-2');
    const first = await control.send(new ListWorkloadIdentitiesCommand({ maxResults: 1 }));
    expect(first).toMatchObject({ workloadIdentities: [expect.anything()], nextToken: expect.any(String) as string });
    const second = await control.send(new ListWorkloadIdentitiesCommand({ maxResults: 1, nextToken: first.nextToken }));
    expect(second.workloadIdentities![0]!.name).not.toBe(first.workloadIdentities![0]!.name);
    expect(await failureOf(control.send(new ListWorkloadIdentitiesCommand({ maxResults: 21 })))).toMatchObject({
      name: 'ValidationException',
    });
  });
});

describe('an API-key credential provider', () => {
  test({
    about: [
      'bedrock-agentcore-control:CreateApiKeyCredentialProvider',
      'bedrock-agentcore-control:GetApiKeyCredentialProvider',
      'bedrock-agentcore-control:ListApiKeyCredentialProviders',
      'secretsmanager:DescribeSecret',
    ],
    source: [
      recorded(
        'aws/agentcore-cli@a17f08dc5',
        'src/handlers/identity/__fixtures__/CreateApiKeyCredentialProviderCommand.83b094791cea0052.json',
      ),
      documented('https://docs.aws.amazon.com/secretsmanager/latest/userguide/service-linked-secrets.html'),
    ],
  })('keeps its key in a secret of its caller, and no answer of its own holds it', async () => {
    const { name, arn, secretArn } = await provider('quiet', 'sk-must-not-be-shown');
    expect(arn).toBe(`${PREFIX}:token-vault/default/apikeycredentialprovider/${name}`);
    expect(secretArn).toMatch(new RegExp(`^arn:aws:secretsmanager:${suite.region}:${suite.accountId}:secret:bedrock-agentcore-identity!`));
    const read = await until(() => control.send(new GetApiKeyCredentialProviderCommand({ name })));
    const { credentialProviders } = await control.send(new ListApiKeyCredentialProvidersCommand({}));
    expect(read).toMatchObject({ name, credentialProviderArn: arn, apiKeySecretArn: { secretArn } });
    expect(JSON.stringify([read, credentialProviders])).not.toContain('sk-must');
    expect((await secrets.send(new GetSecretValueCommand({ SecretId: secretArn }))).SecretString).toContain('sk-must-not-be-shown');
    expect((await secrets.send(new DescribeSecretCommand({ SecretId: secretArn }))).OwningService).toBe('bedrock-agentcore-identity');
  });

  test({
    about: ['bedrock-agentcore-control:CreateApiKeyCredentialProvider', 'secretsmanager:GetSecretValue'],
    source: believed('AWS’s own samples read this member of the secret'),
  })('keeps its key in the member api_key_value of a JSON object', async () => {
    const { secretArn } = await provider('json', 'sk-in-json');
    const { SecretString = '' } = await until(() => secrets.send(new GetSecretValueCommand({ SecretId: secretArn })));
    expect(JSON.parse(SecretString)).toMatchObject({ api_key_value: 'sk-in-json' });
  });

  test({
    about: ['bedrock-agentcore-control:UpdateApiKeyCredentialProvider', 'secretsmanager:PutSecretValue'],
    source: [
      documented('https://docs.aws.amazon.com/secretsmanager/latest/userguide/service-linked-secrets.html'),
      recorded(
        'aws/agentcore-cli@a17f08dc5',
        'src/handlers/identity/__fixtures__/UpdateApiKeyCredentialProviderCommand.a779aef2084d562f.json',
      ),
    ],
  })('its secret is managed: its caller cannot change it past the provider', async () => {
    const { name, secretArn } = await provider('managed');
    expect((await failureOf(secrets.send(new PutSecretValueCommand({ SecretId: secretArn, SecretString: 'x' })))).fault).toBe('client');
    await control.send(new UpdateApiKeyCredentialProviderCommand({ name, apiKey: 'sk-second' }));
    await until(async () => {
      expect((await secrets.send(new GetSecretValueCommand({ SecretId: secretArn }))).SecretString).toContain('sk-second');
    });
  });

  test({
    about: ['bedrock-agentcore-control:CreateApiKeyCredentialProvider'],
    source: reported('aws/agentcore-cli', 1559),
  })('with a name that is taken: ValidationException', async () => {
    const { name } = await provider('conflict');
    expect(await failureOf(control.send(new CreateApiKeyCredentialProviderCommand({ name, apiKey: 'x' })))).toMatchObject({
      name: 'ValidationException',
      status: 400,
      message: `Credential provider with name: ${name} already exists`,
    });
  });

  test({
    about: ['bedrock-agentcore-control:GetApiKeyCredentialProvider', 'bedrock-agentcore-control:GetOauth2CredentialProvider'],
    source: [
      recorded('aws/agentcore-cli@25e73f888', 'src/handlers/identity/__fixtures__/GetApiKeyCredentialProviderCommand.e134007136f7ab2.json'),
      recorded(
        'aws/agentcore-cli@4905d888e',
        'src/handlers/identity/oauth2-credential-provider/__fixtures__/GetOauth2CredentialProviderCommand.32c5ac3d87a14dd1.json',
      ),
    ],
  })('that does not exist: ResourceNotFoundException, which names it only for an API key', async () => {
    const name = suite.name('none');
    const missing = { name: 'ResourceNotFoundException', status: 404 };
    expect(await failureOf(control.send(new GetApiKeyCredentialProviderCommand({ name })))).toMatchObject({
      ...missing,
      message: `ApiKeyCredentialProvider not found for ${name}`,
    });
    expect(await failureOf(control.send(new GetOauth2CredentialProviderCommand({ name })))).toMatchObject({
      ...missing,
      message: 'CredentialProvider not found',
    });
  });

  test({
    about: ['bedrock-agentcore-control:CreateApiKeyCredentialProvider'],
    source: [
      apiReference('bedrock-agentcore-control:CreateApiKeyCredentialProvider'),
      believed('no service tells a sensitive member back'),
    ],
  })('that is refused is refused without a word of the key', async () => {
    const failure = await failureOf(
      control.send(new CreateApiKeyCredentialProviderCommand({ name: 'not valid', apiKey: 'sk-must-not-be-shown' })),
    );
    expect(failure.name).toBe('ValidationException');
    expect(failure.message).not.toContain('sk-must');
  });
});
