import { createHash, randomBytes } from 'node:crypto';
import {
  CompleteResourceTokenAuthCommand,
  GetResourceOauth2TokenCommand,
  GetWorkloadAccessTokenForUserIdCommand,
  type GetResourceOauth2TokenCommandInput,
} from '@aws-sdk/client-bedrock-agentcore';
import { CreateOauth2CredentialProviderCommand, CreateWorkloadIdentityCommand } from '@aws-sdk/client-bedrock-agentcore-control';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import type { Emulator } from '../start-emulator.ts';
import { consent, createTestBrowser, type Visited } from './browser.ts';
import { clientsOf } from './clients.ts';

/** The application's callback page: nothing listens there, browsers of tests stop before it. */
export const RETURN_URL = 'http://localhost:9/done';

export interface ApiAnswer {
  status: number;
  body: { owner?: string; notes?: string[]; error?: string };
  challenge: string | null;
}

/** An emulator's clients, and the steps of OAuth2 that tests share. */
export function oauth2Fixture(emulator: Emulator) {
  const clients = clientsOf(emulator);
  const { vendor } = emulator;
  // Tests move the clock. Node's Date header follows up to a second later, from which an SDK would conclude that its own clock is wrong.
  for (const { config } of Object.values(clients)) Object.defineProperty(config, 'systemClockOffset', { get: () => 0, set: () => {} });

  const fixture = {
    clients,
    async createProvider(name: string, config: object = {}) {
      return clients.control.send(
        new CreateOauth2CredentialProviderCommand({
          name,
          credentialProviderVendor: 'CustomOauth2',
          oauth2ProviderConfigInput: {
            customOauth2ProviderConfig: {
              oauthDiscovery: { discoveryUrl: vendor.discoveryUrl },
              clientId: vendor.clientId,
              clientSecret: vendor.clientSecret,
              ...config,
            },
          },
        }),
      );
    },
    createWorkload: (name: string) =>
      clients.control.send(new CreateWorkloadIdentityCommand({ name, allowedResourceOauth2ReturnUrls: [RETURN_URL] })),
    async tokenFor(workloadName: string, userId: string): Promise<string> {
      return (await clients.data.send(new GetWorkloadAccessTokenForUserIdCommand({ workloadName, userId }))).workloadAccessToken!;
    },
    /** GetResourceOauth2Token for the provider `notes`, scope `notes:read`, on behalf of a user, unless said otherwise. */
    ask: (workloadIdentityToken: string, more: Partial<GetResourceOauth2TokenCommandInput> = {}, data = clients.data) =>
      data.send(
        new GetResourceOauth2TokenCommand({
          workloadIdentityToken,
          resourceCredentialProviderName: 'notes',
          scopes: ['notes:read'],
          oauth2Flow: 'USER_FEDERATION',
          resourceOauth2ReturnUrl: RETURN_URL,
          ...more,
        }),
      ),
    /** What the user does in a browser of their own. Answers where it ends. */
    consent: (
      authorizationUrl: string | undefined,
      username: string,
      answer: 'allow' | 'deny' = 'allow',
      browser = createTestBrowser({ stopAt: RETURN_URL }),
    ): Promise<Visited> => consent(browser, authorizationUrl ?? '', username, answer),
    /** What the application does at its callback page. */
    complete: (sessionUri: string | undefined, user: { userId: string } | { userToken: string }) =>
      clients.data.send(new CompleteResourceTokenAuthCommand({ sessionUri, userIdentifier: user as { userId: string } })),
    async callApi(accessToken: string | undefined, init: RequestInit = {}): Promise<ApiAnswer> {
      const headers = accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` };
      const response = await fetch(`${vendor.apiUrl}/notes`, { ...init, headers });
      const body = (await response.json()) as ApiAnswer['body'];
      return { status: response.status, body, challenge: response.headers.get('www-authenticate') };
    },
    /** A user signs in to an application with the vendor, which is its identity provider: the token that the application gets. */
    async signIn(username: string, { resource = vendor.agentAudience, scope = 'agents:invoke', clientId = vendor.clientId } = {}) {
      const { authorization_endpoint: authorize, token_endpoint: token } = await discover();
      const verifier = randomBytes(32).toString('base64url');
      const redirect = `${RETURN_URL}/app`;
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirect,
        scope,
        resource,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      });
      const { url } = await fixture.consent(`${authorize}?${query}`, username);
      const code = new URL(url).searchParams.get('code') ?? '';
      return fixture.token(token ?? '', { grant_type: 'authorization_code', code, redirect_uri: redirect, code_verifier: verifier });
    },
    /** A request to the vendor's token endpoint, or another one that the client authenticates at. */
    async token(url: string, parameters: Record<string, string>): Promise<Record<string, string>> {
      const basic = Buffer.from(`${vendor.clientId}:${vendor.clientSecret}`).toString('base64');
      const response = await fetch(url, {
        method: 'POST',
        headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(parameters).toString(),
      });
      const text = await response.text();
      return text === '' ? {} : (JSON.parse(text) as Record<string, string>);
    },
    discover,
    /** Clients of a new role that has these statements only. */
    async as(RoleName: string, ...Statement: object[]) {
      const trust = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${emulator.accountId}:root` }, Action: 'sts:AssumeRole' };
      const document = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
      const { Role } = await clients.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document(trust) }));
      await clients.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: document(...Statement) }));
      const { Credentials: given } = await clients.sts.send(new AssumeRoleCommand({ RoleArn: Role!.Arn, RoleSessionName: 'test-session' }));
      return clientsOf({
        ...emulator,
        accessKeyId: given!.AccessKeyId!,
        secretAccessKey: given!.SecretAccessKey!,
        sessionToken: given!.SessionToken!,
      });
    },
  };
  return fixture;

  async function discover(): Promise<Record<string, string>> {
    return (await (await fetch(vendor.discoveryUrl)).json()) as Record<string, string>;
  }
}
