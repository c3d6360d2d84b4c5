import { BedrockAgentCoreClient } from '@aws-sdk/client-bedrock-agentcore';
import { BedrockAgentCoreControlClient } from '@aws-sdk/client-bedrock-agentcore-control';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECRClient } from '@aws-sdk/client-ecr';
import { IAMClient } from '@aws-sdk/client-iam';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { STSClient } from '@aws-sdk/client-sts';
import type { Recorder } from './record/create-recorder.ts';
import type { ContractTarget } from './target.ts';

interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export type Clients = ReturnType<typeof clientsOf>;

/** How the models call the services of the clients. */
const SERVICES = {
  control: 'bedrock-agentcore-control',
  data: 'bedrock-agentcore',
  ecr: 'ecr',
  iam: 'iam',
  logs: 'logs',
  secrets: 'secretsmanager',
  sts: 'sts',
} as const;

/** Official clients for a target, as its own caller or as somebody else. */
export function clientsOf(
  { region, connection, recorder }: Pick<ContractTarget, 'region' | 'connection'> & { recorder?: Recorder | undefined },
  credentials?: Credentials,
) {
  const settings = { region, ...connection, ...(credentials ? { credentials } : {}) };
  const clients = {
    control: new BedrockAgentCoreControlClient(settings),
    data: new BedrockAgentCoreClient(settings),
    ecr: new ECRClient(settings),
    iam: new IAMClient(settings),
    logs: new CloudWatchLogsClient(settings),
    secrets: new SecretsManagerClient(settings),
    sts: new STSClient(settings),
  };
  return recorder ? recorder.watch(clients, SERVICES, credentials ? 'session' : 'own') : clients;
}
