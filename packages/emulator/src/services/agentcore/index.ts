import type { ServiceOperations } from '../../gateway/operation.ts';
import { createAgentRuntime } from './control/create-agent-runtime.ts';
import { createApiKeyCredentialProvider } from './control/create-api-key-credential-provider.ts';
import { createWorkloadIdentity } from './control/create-workload-identity.ts';
import { deleteAgentRuntime } from './control/delete-agent-runtime.ts';
import { deleteApiKeyCredentialProvider } from './control/delete-api-key-credential-provider.ts';
import { deleteWorkloadIdentity } from './control/delete-workload-identity.ts';
import { getAgentRuntime } from './control/get-agent-runtime.ts';
import { getApiKeyCredentialProvider } from './control/get-api-key-credential-provider.ts';
import { getWorkloadIdentity } from './control/get-workload-identity.ts';
import { listAgentRuntimes, listAgentRuntimeVersions } from './control/list-agent-runtimes.ts';
import { listApiKeyCredentialProviders } from './control/list-api-key-credential-providers.ts';
import { listWorkloadIdentities } from './control/list-workload-identities.ts';
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
import { updateWorkloadIdentity } from './control/update-workload-identity.ts';
import { getResourceApiKey } from './data/get-resource-api-key.ts';
import { getWorkloadAccessToken, getWorkloadAccessTokenForUserId } from './data/get-workload-access-token.ts';
import { invokeAgentRuntime } from './data/invoke-agent-runtime.ts';
import { stopRuntimeSession } from './data/stop-runtime-session.ts';

export const agentCoreControlOperations: ServiceOperations = {
  CreateAgentRuntime: createAgentRuntime,
  CreateAgentRuntimeEndpoint: createAgentRuntimeEndpoint,
  CreateApiKeyCredentialProvider: createApiKeyCredentialProvider,
  CreateWorkloadIdentity: createWorkloadIdentity,
  DeleteAgentRuntime: deleteAgentRuntime,
  DeleteAgentRuntimeEndpoint: deleteAgentRuntimeEndpoint,
  DeleteApiKeyCredentialProvider: deleteApiKeyCredentialProvider,
  DeleteWorkloadIdentity: deleteWorkloadIdentity,
  GetAgentRuntime: getAgentRuntime,
  GetAgentRuntimeEndpoint: getAgentRuntimeEndpoint,
  GetApiKeyCredentialProvider: getApiKeyCredentialProvider,
  GetTokenVault: getTokenVault,
  GetWorkloadIdentity: getWorkloadIdentity,
  ListAgentRuntimeEndpoints: listAgentRuntimeEndpoints,
  ListAgentRuntimes: listAgentRuntimes,
  ListAgentRuntimeVersions: listAgentRuntimeVersions,
  ListApiKeyCredentialProviders: listApiKeyCredentialProviders,
  ListTagsForResource: listTagsForResource,
  ListWorkloadIdentities: listWorkloadIdentities,
  SetTokenVaultCMK: setTokenVaultCMK,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateAgentRuntime: updateAgentRuntime,
  UpdateAgentRuntimeEndpoint: updateAgentRuntimeEndpoint,
  UpdateApiKeyCredentialProvider: updateApiKeyCredentialProvider,
  UpdateWorkloadIdentity: updateWorkloadIdentity,
};

export const agentCoreDataOperations: ServiceOperations = {
  GetResourceApiKey: getResourceApiKey,
  GetWorkloadAccessToken: getWorkloadAccessToken,
  GetWorkloadAccessTokenForUserId: getWorkloadAccessTokenForUserId,
  InvokeAgentRuntime: invokeAgentRuntime,
  StopRuntimeSession: stopRuntimeSession,
};
