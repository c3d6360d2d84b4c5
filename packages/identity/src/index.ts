export { getContext, runWithContext, type WorkloadContext } from './context.ts';
export { contextOf, type RequestContext } from './context-of.ts';
export { IdentityClient, type IdentityClientOptions } from './identity-client.ts';
export type { GetApiKeyInput, GetTokenInput } from './credentials.ts';
export { requiresApiKey, type RequiresApiKeyOptions } from './requires-api-key.ts';
export { requiresAccessToken, type RequiresAccessTokenOptions } from './requires-access-token.ts';
export { withAccessToken, withApiKey, withWAT, type WithAccessTokenConfig, type WithApiKeyConfig } from './with-credentials.ts';
export { createTokenPoller, type TokenPoll, type TokenPoller, type TokenPollerOptions } from './tokens/token-poller.ts';
export { sendCallbackPage, type CallbackResult } from './consent/callback-page.ts';
export { serveConsentCallback, type ConsentCallback, type ConsentCallbackOptions } from './consent/serve-consent-callback.ts';
export { openBrowser, type BrowserCommand } from './consent/open-browser.ts';
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
export type { Ensured } from './ensure-provider.ts';
export type { GetWorkloadAccessTokenInput } from './get-workload-access-token.ts';
export type { WorkloadIdentity, WorkloadIdentityInput } from './workload-identities.ts';
export type { Oauth2CredentialProvider, Oauth2CredentialProviderInput, Oauth2Vendor, Oauth2VendorConfig } from './oauth2-providers.ts';
export type { SetTokenVaultCMKInput, TokenVault } from './token-vault.ts';
export type { AuthFlow, TokenParameters } from './tokens/token-request.ts';
export type { CompleteResourceTokenAuthInput, UserIdentifier } from './tokens/complete-resource-token-auth.ts';
export type { CacheOptions } from './credential-cache.ts';
export type { LocalWorkload } from './local/local-workload.ts';
