// Imported when the first call is made, and by name: an agent's bundle then holds these five commands and not all sixty-seven.
import {
  BedrockAgentCoreClient,
  CompleteResourceTokenAuthCommand,
  GetResourceApiKeyCommand,
  GetResourceOauth2TokenCommand,
  GetWorkloadAccessTokenCommand,
  GetWorkloadAccessTokenForJWTCommand,
  GetWorkloadAccessTokenForUserIdCommand,
} from '@aws-sdk/client-bedrock-agentcore';
import type { ClientSettings } from './connect.ts';
import { regionOfProfile, resolveRegion } from './region.ts';

export const commands = {
  CompleteResourceTokenAuth: CompleteResourceTokenAuthCommand,
  GetResourceApiKey: GetResourceApiKeyCommand,
  GetResourceOauth2Token: GetResourceOauth2TokenCommand,
  GetWorkloadAccessToken: GetWorkloadAccessTokenCommand,
  GetWorkloadAccessTokenForJWT: GetWorkloadAccessTokenForJWTCommand,
  GetWorkloadAccessTokenForUserId: GetWorkloadAccessTokenForUserIdCommand,
};

export function createClient(settings: ClientSettings): BedrockAgentCoreClient {
  return new BedrockAgentCoreClient(settings);
}

export function findRegion(explicit: string | undefined): Promise<string> {
  return resolveRegion(explicit, () => regionOfProfile(BedrockAgentCoreClient));
}
