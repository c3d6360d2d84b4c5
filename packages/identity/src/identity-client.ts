import {
  createApiKeyCredentialProvider,
  deleteApiKeyCredentialProvider,
  getApiKeyCredentialProvider,
  listApiKeyCredentialProviders,
  updateApiKeyCredentialProvider,
  type ApiKeyCredentialProvider,
  type CreateApiKeyCredentialProviderInput,
  type UpdateApiKeyCredentialProviderInput,
} from './api-key-providers.ts';
import type { CallOptions } from './aws/call.ts';
import { connect, type Connection, type ConnectionOptions } from './aws/connect.ts';
import { ensureProvider, type Ensured } from './ensure-provider.ts';
import { createCredentials, type Credentials, type GetApiKeyInput, type GetTokenInput } from './credentials.ts';
import type { CacheOptions } from './credential-cache.ts';
import { ensureLocalWorkload, type LocalWorkload } from './local/local-workload.ts';
import { getWorkloadAccessToken, type GetWorkloadAccessTokenInput } from './get-workload-access-token.ts';
import {
  createOauth2CredentialProvider,
  deleteOauth2CredentialProvider,
  getOauth2CredentialProvider,
  listOauth2CredentialProviders,
  updateOauth2CredentialProvider,
  type Oauth2CredentialProvider,
  type Oauth2CredentialProviderInput,
} from './oauth2-providers.ts';
import { getTokenVault, setTokenVaultCMK, type SetTokenVaultCMKInput, type TokenVault } from './token-vault.ts';
import { completeResourceTokenAuth, type CompleteResourceTokenAuthInput } from './tokens/complete-resource-token-auth.ts';
import {
  createWorkloadIdentity,
  deleteWorkloadIdentity,
  getWorkloadIdentity,
  listWorkloadIdentities,
  updateWorkloadIdentity,
  type WorkloadIdentity,
  type WorkloadIdentityInput,
} from './workload-identities.ts';

export interface IdentityClientOptions extends ConnectionOptions {
  /** Keeps credentials in memory for a while. Default: off; every call asks the service, and a rotated key is seen at once. */
  cache?: CacheOptions;
}

interface Named extends CallOptions {
  name: string;
}

/**
 * AgentCore Identity: credential providers, workload identities, and the credentials themselves.
 *
 * Making one is free: the AWS SDK is imported, and region and credentials are looked up, at the first call. Every method takes a `signal` and
 * throws {@link IdentityError} alone. Throttling and server errors are retried by the SDK, three attempts in all.
 */
export class IdentityClient {
  readonly #aws: Connection;
  readonly #credentials: Credentials;

  constructor({ cache, ...connection }: IdentityClientOptions = {}) {
    this.#aws = connect(connection);
    this.#credentials = createCredentials(this.#aws, cache);
  }

  /** The region that calls go to: the option, AWS_REGION, AWS_DEFAULT_REGION, the profile's, us-west-2. */
  region(): Promise<string> {
    return this.#aws.region();
  }

  /**
   * Creates an API-key credential provider, or gives the existing one of that name this key (and adds these tags): safe to repeat.
   *
   * @throws IdentityError ACCESS_DENIED, CONFLICT, ENCRYPTION, INVALID_ARGUMENT, QUOTA_EXCEEDED and those of any call
   */
  async ensureApiKeyCredentialProvider({
    signal,
    ...input
  }: CreateApiKeyCredentialProviderInput & CallOptions): Promise<Ensured<ApiKeyCredentialProvider>> {
    const { tags, ...update } = input;
    const steps = {
      create: () => createApiKeyCredentialProvider(this.#aws, input, signal),
      update: () => updateApiKeyCredentialProvider(this.#aws, update, signal),
      tags,
    };
    const provider = await ensureProvider(this.#aws, steps, signal);
    this.forget({ providerName: input.name });
    return provider;
  }

  /** CreateApiKeyCredentialProvider. @throws IdentityError ALREADY_EXISTS and those of `ensureApiKeyCredentialProvider` */
  createApiKeyCredentialProvider({
    signal,
    ...input
  }: CreateApiKeyCredentialProviderInput & CallOptions): Promise<ApiKeyCredentialProvider> {
    return createApiKeyCredentialProvider(this.#aws, input, signal);
  }

  /** UpdateApiKeyCredentialProvider: replaces the key. @throws IdentityError NOT_FOUND and those of any call */
  async updateApiKeyCredentialProvider({
    signal,
    ...input
  }: UpdateApiKeyCredentialProviderInput & CallOptions): Promise<ApiKeyCredentialProvider> {
    const provider = await updateApiKeyCredentialProvider(this.#aws, input, signal);
    this.forget({ providerName: input.name });
    return provider;
  }

  /** GetApiKeyCredentialProvider: what is known of it, never the key. @throws IdentityError NOT_FOUND and those of any call */
  getApiKeyCredentialProvider({ name, signal }: Named): Promise<ApiKeyCredentialProvider> {
    return getApiKeyCredentialProvider(this.#aws, name, signal);
  }

  /** ListApiKeyCredentialProviders, all pages. */
  listApiKeyCredentialProviders(options: CallOptions = {}): Promise<Omit<ApiKeyCredentialProvider, 'secretArn'>[]> {
    return listApiKeyCredentialProviders(this.#aws, options);
  }

  /** DeleteApiKeyCredentialProvider, and with it the key that the service stored. Answers false where there was none. */
  async deleteApiKeyCredentialProvider({ name, signal }: Named): Promise<boolean> {
    const deleted = await deleteApiKeyCredentialProvider(this.#aws, name, signal);
    this.forget({ providerName: name });
    return deleted;
  }

  /**
   * Creates an OAuth2 credential provider, or gives the existing one of that name this configuration (and adds these tags): safe to repeat.
   *
   * @throws IdentityError as `ensureApiKeyCredentialProvider`
   */
  async ensureOauth2CredentialProvider({
    signal,
    ...input
  }: Oauth2CredentialProviderInput & CallOptions & { tags?: Record<string, string> }): Promise<Ensured<Oauth2CredentialProvider>> {
    const { tags, ...update } = input;
    const steps = {
      create: () => createOauth2CredentialProvider(this.#aws, input, signal),
      update: () => updateOauth2CredentialProvider(this.#aws, update, signal),
      tags,
    };
    const provider = await ensureProvider(this.#aws, steps, signal);
    this.forget({ providerName: input.name });
    return provider;
  }

  /** CreateOauth2CredentialProvider. @throws IdentityError ALREADY_EXISTS and those of `ensureApiKeyCredentialProvider` */
  createOauth2CredentialProvider({
    signal,
    ...input
  }: Oauth2CredentialProviderInput & CallOptions & { tags?: Record<string, string> }): Promise<Oauth2CredentialProvider> {
    return createOauth2CredentialProvider(this.#aws, input, signal);
  }

  /** UpdateOauth2CredentialProvider: replaces the configuration. @throws IdentityError NOT_FOUND and those of any call */
  async updateOauth2CredentialProvider({
    signal,
    ...input
  }: Oauth2CredentialProviderInput & CallOptions): Promise<Oauth2CredentialProvider> {
    const provider = await updateOauth2CredentialProvider(this.#aws, input, signal);
    this.forget({ providerName: input.name });
    return provider;
  }

  /** GetOauth2CredentialProvider: what is known of it, never the client secret. @throws IdentityError NOT_FOUND and those of any call */
  getOauth2CredentialProvider({ name, signal }: Named): Promise<Oauth2CredentialProvider> {
    return getOauth2CredentialProvider(this.#aws, name, signal);
  }

  /** ListOauth2CredentialProviders, all pages. */
  listOauth2CredentialProviders(options: CallOptions = {}): Promise<Oauth2CredentialProvider[]> {
    return listOauth2CredentialProviders(this.#aws, options);
  }

  /** DeleteOauth2CredentialProvider. Answers false where there was none. */
  async deleteOauth2CredentialProvider({ name, signal }: Named): Promise<boolean> {
    const deleted = await deleteOauth2CredentialProvider(this.#aws, name, signal);
    this.forget({ providerName: name });
    return deleted;
  }

  /** GetTokenVault. */
  getTokenVault({ tokenVaultId, signal }: CallOptions & { tokenVaultId?: string } = {}): Promise<TokenVault> {
    return getTokenVault(this.#aws, tokenVaultId, signal);
  }

  /** SetTokenVaultCMK: which key encrypts the vault. @throws IdentityError CONFLICT, ENCRYPTION and those of any call */
  setTokenVaultCMK({ signal, ...input }: SetTokenVaultCMKInput & CallOptions): Promise<TokenVault> {
    return setTokenVaultCMK(this.#aws, input, signal);
  }

  /** CreateWorkloadIdentity. @throws IdentityError ALREADY_EXISTS and those of any call */
  createWorkloadIdentity({
    signal,
    ...input
  }: WorkloadIdentityInput & CallOptions & { tags?: Record<string, string> }): Promise<WorkloadIdentity> {
    return createWorkloadIdentity(this.#aws, input, signal);
  }

  /** GetWorkloadIdentity. @throws IdentityError NOT_FOUND and those of any call */
  getWorkloadIdentity({ name, signal }: Named): Promise<WorkloadIdentity> {
    return getWorkloadIdentity(this.#aws, name, signal);
  }

  /** UpdateWorkloadIdentity: replaces the allowed return URLs. @throws IdentityError NOT_FOUND and those of any call */
  updateWorkloadIdentity({ signal, ...input }: WorkloadIdentityInput & CallOptions): Promise<WorkloadIdentity> {
    return updateWorkloadIdentity(this.#aws, input, signal);
  }

  /** ListWorkloadIdentities, all pages. */
  listWorkloadIdentities(options: CallOptions = {}): Promise<Pick<WorkloadIdentity, 'name' | 'workloadIdentityArn'>[]> {
    return listWorkloadIdentities(this.#aws, options);
  }

  /** DeleteWorkloadIdentity. Answers false where there was none. Identities that a runtime made go with the runtime. */
  deleteWorkloadIdentity({ name, signal }: Named): Promise<boolean> {
    return deleteWorkloadIdentity(this.#aws, name, signal);
  }

  /**
   * A workload access token: for the user of a JWT (GetWorkloadAccessTokenForJWT), else for a user id (GetWorkloadAccessTokenForUserId), else
   * for the workload alone (GetWorkloadAccessToken). An agent in AgentCore Runtime gets its token with the request and cannot call this.
   *
   * @throws IdentityError NOT_FOUND, UNAUTHORIZED (the JWT), ACCESS_DENIED and those of any call
   */
  getWorkloadAccessToken({ signal, ...input }: GetWorkloadAccessTokenInput & CallOptions): Promise<string> {
    return getWorkloadAccessToken(this.#aws, input, signal);
  }

  /**
   * The API key that a credential provider holds (GetResourceApiKey). Concurrent calls for the same provider and token share one request.
   *
   * @throws IdentityError ACCESS_DENIED, NOT_FOUND, NO_WORKLOAD_TOKEN, UNAUTHORIZED and those of any call
   */
  getApiKey(input: GetApiKeyInput): Promise<string> {
    return this.#credentials.getApiKey(input);
  }

  /**
   * An OAuth2 access token (GetResourceOauth2Token). Where the user has to consent, `onAuthUrl` is given the link and the promise settles when
   * the token is there. Concurrent calls that ask for the same share one consent; each of them has its own `onAuthUrl` called.
   *
   * @throws IdentityError AUTHORIZATION_FAILED, CONSENT_REQUIRED, CONSENT_TIMEOUT, INVALID_ARGUMENT and those of `getApiKey`
   */
  getToken(input: GetTokenInput): Promise<string> {
    return this.#credentials.getToken(input);
  }

  /**
   * Tells the service that the user who came back to the callback is the one who began (CompleteResourceTokenAuth). Verify that before.
   *
   * @throws IdentityError INVALID_ARGUMENT, NOT_FOUND, UNAUTHORIZED (another user) and those of any call
   */
  completeResourceTokenAuth({ signal, ...input }: CompleteResourceTokenAuthInput & CallOptions): Promise<void> {
    return completeResourceTokenAuth(this.#aws, input, signal);
  }

  /**
   * The workload access token that `getApiKey` and `getToken` would use: the request's, else the one of local development.
   *
   * @throws IdentityError NO_WORKLOAD_TOKEN, INVALID_LOCAL_CONFIG and those of any call
   */
  findWorkloadAccessToken(options: CallOptions = {}): Promise<string> {
    return this.#credentials.getWorkloadToken(options);
  }

  /** Who the agent is in local development: what `./.agentcore.json` says; what it does not say is made. */
  localWorkload({ signal }: CallOptions = {}): Promise<LocalWorkload> {
    return ensureLocalWorkload(this.#aws, process.cwd(), signal);
  }

  /** Empties the cache for a provider, or altogether: after a vendor answered 401 to what came out of it. */
  forget({ providerName }: { providerName?: string } = {}): void {
    this.#credentials.forget(providerName);
  }

  /** Closes the connections. The client can be used again. */
  close(): void {
    this.#aws.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
