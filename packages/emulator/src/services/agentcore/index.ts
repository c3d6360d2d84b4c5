import type { ServiceOperations } from '../../gateway/operation.ts';
import { createAgentRuntime } from './control/create-agent-runtime.ts';
import { createApiKeyCredentialProvider } from './control/create-api-key-credential-provider.ts';
import { createOauth2CredentialProvider } from './control/create-oauth2-credential-provider.ts';
import { createWorkloadIdentity } from './control/create-workload-identity.ts';
import { deleteAgentRuntime } from './control/delete-agent-runtime.ts';
import { deleteApiKeyCredentialProvider } from './control/delete-api-key-credential-provider.ts';
import { deleteOauth2CredentialProvider } from './control/delete-oauth2-credential-provider.ts';
import { deleteWorkloadIdentity } from './control/delete-workload-identity.ts';
import { getAgentRuntime } from './control/get-agent-runtime.ts';
import { getApiKeyCredentialProvider } from './control/get-api-key-credential-provider.ts';
import { getOauth2CredentialProvider } from './control/get-oauth2-credential-provider.ts';
import { getWorkloadIdentity } from './control/get-workload-identity.ts';
import { listAgentRuntimes, listAgentRuntimeVersions } from './control/list-agent-runtimes.ts';
import { listApiKeyCredentialProviders } from './control/list-api-key-credential-providers.ts';
import { listOauth2CredentialProviders } from './control/list-oauth2-credential-providers.ts';
import { listWorkloadIdentities } from './control/list-workload-identities.ts';
import { deleteResourcePolicy, getResourcePolicy, putResourcePolicy } from './control/resource-policy.ts';
import {
  createAgentRuntimeEndpoint,
  deleteAgentRuntimeEndpoint,
  getAgentRuntimeEndpoint,
  listAgentRuntimeEndpoints,
  updateAgentRuntimeEndpoint,
} from './control/runtime-endpoints.ts';
import { listTagsForResource, tagResource, untagResource } from './control/tags.ts';
import { getTokenVault, setTokenVaultCMK } from './control/token-vault.ts';
import { updateAgentRuntime } from './control/update-agent-runtime.ts';
import { updateApiKeyCredentialProvider } from './control/update-api-key-credential-provider.ts';
import { updateOauth2CredentialProvider } from './control/update-oauth2-credential-provider.ts';
import { updateWorkloadIdentity } from './control/update-workload-identity.ts';
import { completeResourceTokenAuth } from './data/complete-resource-token-auth.ts';
import { getAgentCard } from './data/get-agent-card.ts';
import { getResourceApiKey } from './data/get-resource-api-key.ts';
import { getResourceOauth2Token } from './data/get-resource-oauth2-token.ts';
import { getWorkloadAccessTokenForJWT } from './data/get-workload-access-token-for-jwt.ts';
import { getWorkloadAccessToken, getWorkloadAccessTokenForUserId } from './data/get-workload-access-token.ts';
import { invokeAgentRuntime } from './data/invoke-agent-runtime.ts';
import { invokeAgentRuntimeCommand } from './data/invoke-agent-runtime-command.ts';
import { stopRuntimeSession } from './data/stop-runtime-session.ts';

export const agentCoreControlOperations: ServiceOperations = {
  CreateAgentRuntime: createAgentRuntime,
  CreateAgentRuntimeEndpoint: createAgentRuntimeEndpoint,
  CreateApiKeyCredentialProvider: createApiKeyCredentialProvider,
  CreateOauth2CredentialProvider: createOauth2CredentialProvider,
  CreateWorkloadIdentity: createWorkloadIdentity,
  DeleteAgentRuntime: deleteAgentRuntime,
  DeleteAgentRuntimeEndpoint: deleteAgentRuntimeEndpoint,
  DeleteApiKeyCredentialProvider: deleteApiKeyCredentialProvider,
  DeleteOauth2CredentialProvider: deleteOauth2CredentialProvider,
  DeleteResourcePolicy: deleteResourcePolicy,
  DeleteWorkloadIdentity: deleteWorkloadIdentity,
  GetAgentRuntime: getAgentRuntime,
  GetAgentRuntimeEndpoint: getAgentRuntimeEndpoint,
  GetApiKeyCredentialProvider: getApiKeyCredentialProvider,
  GetOauth2CredentialProvider: getOauth2CredentialProvider,
  GetResourcePolicy: getResourcePolicy,
  GetTokenVault: getTokenVault,
  GetWorkloadIdentity: getWorkloadIdentity,
  ListAgentRuntimeEndpoints: listAgentRuntimeEndpoints,
  ListAgentRuntimes: listAgentRuntimes,
  ListAgentRuntimeVersions: listAgentRuntimeVersions,
  ListApiKeyCredentialProviders: listApiKeyCredentialProviders,
  ListTagsForResource: listTagsForResource,
  ListOauth2CredentialProviders: listOauth2CredentialProviders,
  ListWorkloadIdentities: listWorkloadIdentities,
  PutResourcePolicy: putResourcePolicy,
  SetTokenVaultCMK: setTokenVaultCMK,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateAgentRuntime: updateAgentRuntime,
  UpdateAgentRuntimeEndpoint: updateAgentRuntimeEndpoint,
  UpdateApiKeyCredentialProvider: updateApiKeyCredentialProvider,
  UpdateOauth2CredentialProvider: updateOauth2CredentialProvider,
  UpdateWorkloadIdentity: updateWorkloadIdentity,
};

export const agentCoreDataOperations: ServiceOperations = {
  CompleteResourceTokenAuth: completeResourceTokenAuth,
  GetAgentCard: getAgentCard,
  GetResourceApiKey: getResourceApiKey,
  GetResourceOauth2Token: getResourceOauth2Token,
  GetWorkloadAccessToken: getWorkloadAccessToken,
  GetWorkloadAccessTokenForJWT: getWorkloadAccessTokenForJWT,
  GetWorkloadAccessTokenForUserId: getWorkloadAccessTokenForUserId,
  InvokeAgentRuntime: invokeAgentRuntime,
  InvokeAgentRuntimeCommand: invokeAgentRuntimeCommand,
  StopRuntimeSession: stopRuntimeSession,
};
