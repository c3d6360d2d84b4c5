export { getContext, runWithContext, type WorkloadContext } from './context.ts';
export { IdentityClient, type GetApiKeyInput, type IdentityClientOptions } from './identity-client.ts';
export { requiresApiKey, type RequiresApiKeyOptions } from './requires-api-key.ts';
export { apiKeyFrom } from './api-key-from.ts';
export { injected, type Injected, type InjectingDecorator } from './inject.ts';
export { IdentityError, type IdentityErrorCode } from './errors.ts';
export type { ConnectionOptions } from './aws/connect.ts';
export type { CallOptions } from './aws/call.ts';
export type {
  ApiKeyCredentialProvider,
  ApiKeySource,
  CreateApiKeyCredentialProviderInput,
  SecretReference,
  UpdateApiKeyCredentialProviderInput,
} from './api-key-providers.ts';
export type { EnsuredApiKeyCredentialProvider } from './ensure-api-key-credential-provider.ts';
export type { GetWorkloadAccessTokenInput } from './get-workload-access-token.ts';
export type { WorkloadIdentity, WorkloadIdentityInput } from './workload-identities.ts';
