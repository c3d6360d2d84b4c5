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
import { anySignal } from './abort.ts';
import { getContext } from './context.ts';
import { ensureApiKeyCredentialProvider, type EnsuredApiKeyCredentialProvider } from './ensure-api-key-credential-provider.ts';
import { findWorkloadToken } from './find-workload-token.ts';
import { createFlights, type Flights } from './flights.ts';
import { getApiKey } from './get-api-key.ts';
import { getWorkloadAccessToken, type GetWorkloadAccessTokenInput } from './get-workload-access-token.ts';
import {
  createWorkloadIdentity,
  deleteWorkloadIdentity,
  getWorkloadIdentity,
  listWorkloadIdentities,
  updateWorkloadIdentity,
  type WorkloadIdentity,
  type WorkloadIdentityInput,
} from './workload-identities.ts';

export type IdentityClientOptions = ConnectionOptions;

export interface GetApiKeyInput extends CallOptions {
  /** Name of the credential provider. */
  providerName: string;
  /** Default: the one of the request context, or of local development. */
  workloadIdentityToken?: string;
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
  readonly #flights: Flights = createFlights();

  constructor(options: IdentityClientOptions = {}) {
    this.#aws = connect(options);
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
  ensureApiKeyCredentialProvider({
    signal,
    ...input
  }: CreateApiKeyCredentialProviderInput & CallOptions): Promise<EnsuredApiKeyCredentialProvider> {
    return ensureApiKeyCredentialProvider(this.#aws, input, signal);
  }

  /** CreateApiKeyCredentialProvider. @throws IdentityError ALREADY_EXISTS and those of `ensureApiKeyCredentialProvider` */
  createApiKeyCredentialProvider({
    signal,
    ...input
  }: CreateApiKeyCredentialProviderInput & CallOptions): Promise<ApiKeyCredentialProvider> {
    return createApiKeyCredentialProvider(this.#aws, input, signal);
  }

  /** UpdateApiKeyCredentialProvider: replaces the key. @throws IdentityError NOT_FOUND and those of any call */
  updateApiKeyCredentialProvider({
    signal,
    ...input
  }: UpdateApiKeyCredentialProviderInput & CallOptions): Promise<ApiKeyCredentialProvider> {
    return updateApiKeyCredentialProvider(this.#aws, input, signal);
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
  deleteApiKeyCredentialProvider({ name, signal }: Named): Promise<boolean> {
    return deleteApiKeyCredentialProvider(this.#aws, name, signal);
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
  async getApiKey({ providerName, workloadIdentityToken, signal }: GetApiKeyInput): Promise<string> {
    const ends = anySignal(signal, getContext()?.signal);
    const token = workloadIdentityToken ?? (await findWorkloadToken(this.#aws, this.#flights, ends));
    const key = JSON.stringify(['api-key', providerName, token]);
    return this.#flights.share(key, (shared) => getApiKey(this.#aws, providerName, token, shared), ends);
  }

  /** Closes the connections. The client can be used again. */
  close(): void {
    this.#aws.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
