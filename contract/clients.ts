import { BedrockAgentCoreClient } from '@aws-sdk/client-bedrock-agentcore';
import { BedrockAgentCoreControlClient } from '@aws-sdk/client-bedrock-agentcore-control';
import { ECRClient } from '@aws-sdk/client-ecr';
import { IAMClient } from '@aws-sdk/client-iam';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { STSClient } from '@aws-sdk/client-sts';
import type { ContractTarget } from './target.ts';

interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export type Clients = ReturnType<typeof clientsOf>;

/** Official clients for a target, as its own caller or as somebody else. */
export function clientsOf({ region, connection }: Pick<ContractTarget, 'region' | 'connection'>, credentials?: Credentials) {
  const settings = { region, ...connection, ...(credentials ? { credentials } : {}) };
  return {
    control: new BedrockAgentCoreControlClient(settings),
    data: new BedrockAgentCoreClient(settings),
    ecr: new ECRClient(settings),
    iam: new IAMClient(settings),
    secrets: new SecretsManagerClient(settings),
    sts: new STSClient(settings),
  };
}
