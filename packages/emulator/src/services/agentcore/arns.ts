import type { Scope } from '../../store/items.ts';
import { partitionOf } from '../../partition.ts';

const prefix = ({ accountId, region }: Scope) => `arn:${partitionOf(region)}:bedrock-agentcore:${region}:${accountId}`;

export const tokenVaultArn = (scope: Scope) => `${prefix(scope)}:token-vault/default`;
export const apiKeyProviderArn = (scope: Scope, name: string) => `${tokenVaultArn(scope)}/apikeycredentialprovider/${name}`;
export const oauth2ProviderArn = (scope: Scope, name: string) => `${tokenVaultArn(scope)}/oauth2credentialprovider/${name}`;
export const workloadDirectoryArn = (scope: Scope) => `${prefix(scope)}:workload-identity-directory/default`;
export const workloadIdentityArn = (scope: Scope, name: string) => `${workloadDirectoryArn(scope)}/workload-identity/${name}`;
export const runtimeArn = (scope: Scope, runtimeId: string) => `${prefix(scope)}:runtime/${runtimeId}`;
export const runtimeEndpointArn = (scope: Scope, runtimeId: string, name: string) =>
  `${runtimeArn(scope, runtimeId)}/runtime-endpoint/${name}`;
