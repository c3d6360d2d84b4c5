import { randomBytes } from 'node:crypto';
import type { GetResourceOauth2TokenCommandInput } from '@aws-sdk/client-bedrock-agentcore';
import type { OperationContext } from '../../../gateway/operation.ts';
import { notFound, validation } from '../errors.ts';
import type { WorkloadIdentityItem } from '../workload-identity.ts';
import { digestOfJwt, type WorkloadUser } from '../workload-token.ts';
import { isFresh, toVaultToken } from './freshness.ts';
import { readClientSecret, type Oauth2ProviderItem } from './provider.ts';
import { requestToken } from './request-token.ts';
import { findSession, newSessionUri, saveSession, sealSecrets, sessionId, sweepSessions } from './session.ts';
import { deleteToken, findToken, saveToken, vaultId, type VaultKey } from './vault.ts';
import { VendorError, vendorFailure } from './vendor-error.ts';

export interface FederationRequest {
  input: GetResourceOauth2TokenCommandInput;
  provider: Oauth2ProviderItem;
  identity: WorkloadIdentityItem;
  key: VaultKey & { user: WorkloadUser };
}

/** The user's token from the vault, refreshed if need be; else where the user can consent; else how far that has come. */
export async function userFederation(request: FederationRequest, context: OperationContext) {
  const { input } = request;
  if (input.forceAuthentication === true) return startSession(request, context);
  if (input.sessionUri !== undefined) return followSession(request, context, input.sessionUri);
  const accessToken = await usableToken(request, context);
  return accessToken === undefined ? startSession(request, context) : { accessToken };
}

async function followSession(request: FederationRequest, context: OperationContext, sessionUri: string) {
  const { store } = context.emulator;
  const { key, provider } = request;
  const session = findSession(store, context.emulator.now(), sessionId(sessionUri));
  // A session of somebody else is told apart from none by nobody.
  const own =
    session &&
    vaultId({ ...session, flow: key.flow }) === vaultId({ ...key, custom: session.custom }) &&
    session.accountId === key.accountId;
  if (!own || session.region !== key.region || session.providerUuid !== provider.uuid)
    throw notFound(`There is no authorization session '${sessionUri.slice(0, 80)}' of this workload, user, provider and scopes.`);
  if (session.status === 'FAILED') return { sessionUri, sessionStatus: 'FAILED' as const };
  if (session.status !== 'COMPLETE') {
    const unused = session.status === 'STARTED' ? { authorizationUrl: authorizationUrl(context, sessionUri) } : {};
    return { ...unused, sessionUri, sessionStatus: 'IN_PROGRESS' as const };
  }
  // The session says what it was started with: whoever follows it need not repeat that.
  const accessToken = await usableToken({ ...request, key: { ...key, custom: session.custom } }, context);
  return accessToken === undefined ? startSession(request, context) : { accessToken, sessionUri };
}

/** `undefined` when the user has to consent: there is no token, or it has ended and cannot be, or may not be, refreshed. */
async function usableToken({ key, provider }: FederationRequest, context: OperationContext): Promise<string | undefined> {
  const { store, oauth2, now } = context.emulator;
  const kept = findToken(store, key);
  if (!kept) return undefined;
  if (isFresh(kept, now())) return kept.accessToken;
  const { refreshToken } = kept;
  if (refreshToken === undefined) return undefined;
  return oauth2.once(`refresh ${key.accountId} ${key.region} ${vaultId(key)}`, async () => {
    try {
      const client = { clientId: provider.config.clientId, clientSecret: readClientSecret(store, key, provider) };
      const answer = await requestToken(await oauth2.endpointsOf(provider), client, [
        ['grant_type', 'refresh_token'],
        ['refresh_token', refreshToken],
        ...key.resources.map((resource) => ['resource', resource] as const),
      ]);
      saveToken(store, key, toVaultToken({ refreshToken, ...answer }, now()));
      return answer.accessToken;
    } catch (error) {
      if (!(error instanceof VendorError)) throw error;
      if (error.code !== 'invalid_grant') throw vendorFailure(provider.name, error);
      // The user, or the vendor, took the permission back.
      deleteToken(store, key);
      return undefined;
    }
  });
}

function startSession({ input, provider, identity, key }: FederationRequest, context: OperationContext) {
  const { store, now } = context.emulator;
  const returnUrl = input.resourceOauth2ReturnUrl;
  if (returnUrl === undefined || identity.allowedResourceOauth2ReturnUrls.length === 0)
    throw validation(
      'You must register and use at least one ResourceOauth2ReturnUrl on your workload identity to use this flow',
      'resourceOauth2ReturnUrl',
    );
  if (!identity.allowedResourceOauth2ReturnUrls.includes(returnUrl))
    throw validation(
      `resourceOauth2ReturnUrl '${returnUrl.slice(0, 256)}' is not one of the allowedResourceOauth2ReturnUrls of the workload identity '${identity.name}'. Add it with UpdateWorkloadIdentity.`,
      'resourceOauth2ReturnUrl',
    );
  sweepSessions(store, now());
  const sessionUri = newSessionUri(now());
  const id = sessionId(sessionUri);
  const { accountId, region, workloadName, user, scopes, resources, audiences, custom } = key;
  saveSession(store, id, {
    accountId,
    region,
    status: 'STARTED',
    workloadName,
    ...(identity.identityId === undefined ? {} : { identityId: identity.identityId }),
    user: user.type === 'id' ? user : { type: 'jwt', issuer: user.issuer, subject: user.subject },
    ...(user.type === 'jwt' && user.token !== undefined ? { jwtDigest: digestOfJwt(user.token) } : {}),
    providerName: provider.name,
    providerUuid: provider.uuid,
    scopes: [...scopes],
    resources: [...resources],
    audiences: [...audiences],
    custom,
    returnUrl,
    createdAt: now().getTime(),
    sealed: sealSecrets(store, id, {
      codeVerifier: randomBytes(32).toString('base64url'),
      customParameters: input.customParameters ?? {},
      ...(input.customState === undefined ? {} : { customState: input.customState }),
    }),
  });
  return { authorizationUrl: authorizationUrl(context, sessionUri), sessionUri, sessionStatus: 'IN_PROGRESS' as const };
}

function authorizationUrl({ emulator }: OperationContext, sessionUri: string): string {
  return `${emulator.endpoint}/identities/oauth2/authorize?${new URLSearchParams({ request_uri: sessionUri })}`;
}
