/**
 * What an agent gets from AgentCore Identity for its workload access token: API keys and OAuth2 tokens.
 *
 * Sources: the API reference of bedrock-agentcore (GetWorkloadAccessToken, GetWorkloadAccessTokenForUserId, GetResourceApiKey, GetResourceOauth2Token,
 * CompleteResourceTokenAuth) with its error lists and constraints; the service authorization reference for the four resources of GetResourceApiKey.
 * Not documented: which error a token that is not a token has. Where that is so, a test says which answers it takes.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CompleteResourceTokenAuthCommand,
  GetResourceApiKeyCommand,
  GetResourceOauth2TokenCommand,
  GetWorkloadAccessTokenCommand,
  GetWorkloadAccessTokenForUserIdCommand,
  type Oauth2FlowType,
} from '@aws-sdk/client-bedrock-agentcore';
import { CreateOauth2CredentialProviderCommand, DeleteOauth2CredentialProviderCommand } from '@aws-sdk/client-bedrock-agentcore-control';
import { describe, expect } from 'vitest';
import { makeApiKeyProvider, makeWorkload } from './identity.ts';
import { apiReference, believed, documented, reported } from './source.ts';
import { contractSuite, failureOf, test } from './suite.ts';
import { until } from './until.ts';

const suite = contractSuite();
const { control, data } = suite.clients;
const PREFIX = `arn:aws:bedrock-agentcore:${suite.region}:${suite.accountId}`;
const workload = (what: string) => makeWorkload(suite, what);
const provider = (what: string, apiKey?: string) => makeApiKeyProvider(suite, what, apiKey);

/** Where no client is known: of a vendor that AWS can reach, and here of one on this machine. */
async function refusingTokenEndpoint(): Promise<string> {
  if (suite.isAws) return 'https://oauth2.googleapis.com/token';
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":"invalid_client"}');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  suite.undo(async () => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
}

/** An OAuth2 credential provider of an unknown client. */
async function vendor(what: string): Promise<string> {
  const name = suite.name(what);
  const tokenEndpoint = await refusingTokenEndpoint();
  const { origin: issuer } = new URL(tokenEndpoint);
  const oauthDiscovery = { authorizationServerMetadata: { issuer, authorizationEndpoint: `${issuer}/authorize`, tokenEndpoint } };
  await control.send(
    new CreateOauth2CredentialProviderCommand({
      name,
      credentialProviderVendor: 'CustomOauth2',
      oauth2ProviderConfigInput: { customOauth2ProviderConfig: { oauthDiscovery, clientId: 'app', clientSecret: 'of-the-app' } },
      tags: suite.tags,
    }),
  );
  suite.undo(() => control.send(new DeleteOauth2CredentialProviderCommand({ name })));
  return name;
}

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
});

describe('a token of a vendor', () => {
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

  test({
    about: ['bedrock-agentcore:GetResourceOauth2Token'],
    source: reported('awslabs/agentcore-samples', 528),
  })('of a user needs a return URL that the workload has registered: ValidationException', async () => {
    const { name: workloadName } = await workload('no-return');
    const resourceCredentialProviderName = await vendor('no-return');
    const { workloadAccessToken: workloadIdentityToken } = await until(() =>
      data.send(new GetWorkloadAccessTokenForUserIdCommand({ workloadName, userId: 'ann' })),
    );
    const ask = new GetResourceOauth2TokenCommand({
      workloadIdentityToken,
      resourceCredentialProviderName,
      scopes: ['read'],
      oauth2Flow: 'USER_FEDERATION',
      resourceOauth2ReturnUrl: 'https://app.example.com/back',
    });
    expect(await failureOf(data.send(ask))).toMatchObject({
      name: 'ValidationException',
      status: 400,
      message: 'You must register and use at least one ResourceOauth2ReturnUrl on your workload identity to use this flow',
    });
  });

  test({
    about: ['bedrock-agentcore:GetResourceOauth2Token'],
    source: [reported('aws/bedrock-agentcore-sdk-python', 81), reported('aws/bedrock-agentcore-sdk-python', 109)],
  })('of the agent itself, which the vendor refuses, is refused without the words of the vendor', async () => {
    const { name: workloadName } = await workload('refused');
    const resourceCredentialProviderName = await vendor('refused');
    const { workloadAccessToken: workloadIdentityToken } = await until(() =>
      data.send(new GetWorkloadAccessTokenCommand({ workloadName })),
    );
    const ask = new GetResourceOauth2TokenCommand({
      workloadIdentityToken,
      resourceCredentialProviderName,
      scopes: ['read'],
      oauth2Flow: 'M2M',
    });
    expect(await failureOf(data.send(ask))).toMatchObject({
      name: 'ValidationException',
      status: 400,
      message: 'Error parsing ClientCredentials response',
    });
  });
});
