/**
 * AgentCore Identity: workload identities, API-key credential providers, and the keys that agents get.
 *
 * Sources: the API references of bedrock-agentcore-control (CreateWorkloadIdentity, CreateApiKeyCredentialProvider, List..., TagResource) and of
 * bedrock-agentcore (GetWorkloadAccessToken, GetWorkloadAccessTokenForUserId, GetResourceApiKey) with their error lists and constraints; the service
 * authorization reference for the four resources of GetResourceApiKey; the developer guide, "Manage workload identities" and "Credential provider".
 * Not documented: which error a name that is taken has for a workload identity (the model has no ConflictException), which one a token that is not a
 * token has, and the texts. Where that is so, a test says which answers it takes.
 */
import {
  CompleteResourceTokenAuthCommand,
  GetResourceApiKeyCommand,
  GetResourceOauth2TokenCommand,
  GetWorkloadAccessTokenCommand,
  GetWorkloadAccessTokenForUserIdCommand,
  type Oauth2FlowType,
} from '@aws-sdk/client-bedrock-agentcore';
import {
  CreateApiKeyCredentialProviderCommand,
  CreateWorkloadIdentityCommand,
  DeleteApiKeyCredentialProviderCommand,
  DeleteWorkloadIdentityCommand,
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
import { apiReference, believed, documented, recorded, reported } from './source.ts';
import { contractSuite, failureOf, test } from './suite.ts';
import { until } from './until.ts';

const suite = contractSuite();
const { control, data, secrets } = suite.clients;
const PREFIX = `arn:aws:bedrock-agentcore:${suite.region}:${suite.accountId}`;

async function workload(what: string) {
  const name = suite.name(what);
  const created = await control.send(new CreateWorkloadIdentityCommand({ name, tags: suite.tags }));
  suite.undo(() => control.send(new DeleteWorkloadIdentityCommand({ name })));
  return { ...created, name };
}

async function provider(what: string, apiKey = 'sk-contract') {
  const name = suite.name(what);
  const created = await control.send(new CreateApiKeyCredentialProviderCommand({ name, apiKey, tags: suite.tags }));
  suite.undo(() => control.send(new DeleteApiKeyCredentialProviderCommand({ name })));
  return { name, arn: created.credentialProviderArn!, secretArn: created.apiKeySecretArn!.secretArn! };
}

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

describe('GetResourceApiKey', () => {
  test({
    about: [
      'bedrock-agentcore:GetResourceApiKey',
      'bedrock-agentcore:GetWorkloadAccessToken',
      'bedrock-agentcore:GetWorkloadAccessTokenForUserId',
    ],
    source: [apiReference('bedrock-agentcore:GetResourceApiKey'), apiReference('bedrock-agentcore:GetWorkloadAccessTokenForUserId')],
  })('gives the key for a token of the workload, with and without a user', async () => {
    const { name: workloadName } = await workload('agent');
    const { name: resourceCredentialProviderName } = await provider('vendor', 'sk-of-the-vendor');
    const tokens = await until(() =>
      Promise.all([
        data.send(new GetWorkloadAccessTokenCommand({ workloadName })),
        data.send(new GetWorkloadAccessTokenForUserIdCommand({ workloadName, userId: 'ann' })),
      ]),
    );
    for (const { workloadAccessToken: workloadIdentityToken } of tokens) {
      const { apiKey } = await until(() =>
        data.send(new GetResourceApiKeyCommand({ workloadIdentityToken, resourceCredentialProviderName })),
      );
      expect(apiKey).toBe('sk-of-the-vendor');
    }
    const [{ workloadAccessToken: workloadIdentityToken }] = tokens;
    expect(
      await failureOf(
        data.send(new GetResourceApiKeyCommand({ workloadIdentityToken, resourceCredentialProviderName: suite.name('none') })),
      ),
    ).toMatchObject({ name: 'ResourceNotFoundException', status: 404 });
  });

  test({
    about: ['bedrock-agentcore:GetResourceApiKey'],
    source: believed('not documented which error: the model has three that could be meant'),
  })('with a token that is none is refused, as a fault of the client', async () => {
    const { name: resourceCredentialProviderName } = await provider('forged');
    const failure = await failureOf(
      data.send(new GetResourceApiKeyCommand({ workloadIdentityToken: 'made-up', resourceCredentialProviderName })),
    );
    // Not documented which.
    expect(['UnauthorizedException', 'AccessDeniedException', 'ValidationException']).toContain(failure.name);
  });

  test({
    about: ['bedrock-agentcore:GetResourceApiKey'],
    source: [
      documented('https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrockagentcore.html'),
      reported('Boise-State-Development/agentcore-public-stack', 189),
    ],
  })('needs the vault, the provider, the directory, the workload, and the secret: each one that lacks is named', async () => {
    const { name: workloadName, workloadIdentityArn } = await workload('four');
    const { name: resourceCredentialProviderName, arn: providerArn, secretArn } = await provider('four');
    const { name: RoleName, arn: roleArn } = await suite.role('four', { trust: { AWS: `arn:aws:iam::${suite.accountId}:root` } });
    const { data: as } = await suite.assume(roleArn);
    const { workloadAccessToken: workloadIdentityToken } = await until(() =>
      data.send(new GetWorkloadAccessTokenCommand({ workloadName })),
    );
    const get = () => as.send(new GetResourceApiKeyCommand({ workloadIdentityToken, resourceCredentialProviderName }));
    const four = [`${PREFIX}:token-vault/default`, providerArn, `${PREFIX}:workload-identity-directory/default`, workloadIdentityArn!];
    const key = (resources: string[]) => ({ Effect: 'Allow', Action: 'bedrock-agentcore:GetResourceApiKey', Resource: resources });
    const secret = { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: secretArn };

    for (const missing of four) {
      await suite.allow(RoleName, [key(four.filter((arn) => arn !== missing)), secret]);
      // A policy counts some seconds after it was put.
      await until(async () => {
        const failure = await failureOf(get());
        expect(failure).toMatchObject({ name: 'AccessDeniedException', status: 403 });
        expect(failure.message).toContain(
          `:assumed-role/${RoleName}/contract is not authorized to perform: bedrock-agentcore:GetResourceApiKey`,
        );
        expect(failure.message).toContain(`on resource: ${missing}`);
      });
    }
    await suite.allow(RoleName, [key(four)]);
    await until(async () => {
      const { name, message } = await failureOf(get());
      expect(name).toBe('AccessDeniedException');
      expect(message).toMatch(
        /^Access denied when retrieving secret 'arn:aws:secretsmanager:\S+'\. User: \S+ is not authorized to perform: secretsmanager:GetSecretValue/,
      );
    });
    await suite.allow(RoleName, [key(four), secret]);
    await until(async () => expect((await get()).apiKey).toBe('sk-contract'));
  });
});

describe('a user’s consent', () => {
  test({
    about: ['bedrock-agentcore:CompleteResourceTokenAuth'],
    source: reported('aws/bedrock-agentcore-sdk-typescript', 37),
  })('for a session that there is not: AccessDeniedException', async () => {
    const sessionUri = 'urn:ietf:params:oauth:request_uri:made-up';
    const command = new CompleteResourceTokenAuthCommand({ sessionUri, userIdentifier: { userId: 'ann' } });
    expect(await failureOf(data.send(command))).toMatchObject({
      name: 'AccessDeniedException',
      status: 403,
      message: 'Invalid or expired session',
    });
  });

  test({
    about: ['bedrock-agentcore:GetResourceOauth2Token'],
    source: believed('as callers have seen it, in reports without an address that stays'),
  })('of a kind that there is not is refused, without the value, with the kinds that there are', async () => {
    const failure = await failureOf(
      data.send(
        new GetResourceOauth2TokenCommand({
          workloadIdentityToken: 'made-up',
          resourceCredentialProviderName: suite.name('none'),
          scopes: ['read'],
          oauth2Flow: 'NONE' as Oauth2FlowType,
        }),
      ),
    );
    expect(failure).toMatchObject({ name: 'ValidationException', status: 400 });
    expect(failure.message).toContain(
      "Value at 'oauth2Flow' failed to satisfy constraint: Member must satisfy enum value set: [ON_BEHALF_OF_TOKEN_EXCHANGE, M2M, USER_FEDERATION]",
    );
  });
});
