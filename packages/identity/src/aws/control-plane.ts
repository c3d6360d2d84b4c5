// Imported when the first call is made, and by name: a bundle then holds these commands and not all of the control plane.
import {
  BedrockAgentCoreControlClient,
  CreateApiKeyCredentialProviderCommand,
  CreateOauth2CredentialProviderCommand,
  CreateWorkloadIdentityCommand,
  DeleteApiKeyCredentialProviderCommand,
  DeleteOauth2CredentialProviderCommand,
  DeleteWorkloadIdentityCommand,
  GetApiKeyCredentialProviderCommand,
  GetOauth2CredentialProviderCommand,
  GetTokenVaultCommand,
  GetWorkloadIdentityCommand,
  ListApiKeyCredentialProvidersCommand,
  ListOauth2CredentialProvidersCommand,
  ListWorkloadIdentitiesCommand,
  SetTokenVaultCMKCommand,
  TagResourceCommand,
  UpdateApiKeyCredentialProviderCommand,
  UpdateOauth2CredentialProviderCommand,
  UpdateWorkloadIdentityCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import type { ClientSettings } from './connect.ts';
import { regionOfProfile, resolveRegion } from './region.ts';

export const commands = {
  CreateApiKeyCredentialProvider: CreateApiKeyCredentialProviderCommand,
  CreateOauth2CredentialProvider: CreateOauth2CredentialProviderCommand,
  CreateWorkloadIdentity: CreateWorkloadIdentityCommand,
  DeleteApiKeyCredentialProvider: DeleteApiKeyCredentialProviderCommand,
  DeleteOauth2CredentialProvider: DeleteOauth2CredentialProviderCommand,
  DeleteWorkloadIdentity: DeleteWorkloadIdentityCommand,
  GetApiKeyCredentialProvider: GetApiKeyCredentialProviderCommand,
  GetOauth2CredentialProvider: GetOauth2CredentialProviderCommand,
  GetTokenVault: GetTokenVaultCommand,
  GetWorkloadIdentity: GetWorkloadIdentityCommand,
  ListApiKeyCredentialProviders: ListApiKeyCredentialProvidersCommand,
  ListOauth2CredentialProviders: ListOauth2CredentialProvidersCommand,
  ListWorkloadIdentities: ListWorkloadIdentitiesCommand,
  SetTokenVaultCMK: SetTokenVaultCMKCommand,
  TagResource: TagResourceCommand,
  UpdateApiKeyCredentialProvider: UpdateApiKeyCredentialProviderCommand,
  UpdateOauth2CredentialProvider: UpdateOauth2CredentialProviderCommand,
  UpdateWorkloadIdentity: UpdateWorkloadIdentityCommand,
};

export function createClient(settings: ClientSettings): BedrockAgentCoreControlClient {
  return new BedrockAgentCoreControlClient(settings);
}

export function findRegion(explicit: string | undefined): Promise<string> {
  return resolveRegion(explicit, () => regionOfProfile(BedrockAgentCoreControlClient));
}
