import { BedrockAgentCoreClient } from '@aws-sdk/client-bedrock-agentcore';
import { BedrockAgentCoreControlClient } from '@aws-sdk/client-bedrock-agentcore-control';
import { ECRClient } from '@aws-sdk/client-ecr';
import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { STSClient } from '@aws-sdk/client-sts';

export { failureOf } from './failure-of.ts';

export interface TestCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** Official clients of every service, pointed at an emulator by settings of their own, so that suites can run side by side. */
export function clientsOf({ endpoint, region, ...credentials }: { endpoint: string; region: string } & TestCredentials) {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const settings = {
    endpoint,
    region,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
  };
  return {
    control: new BedrockAgentCoreControlClient(settings),
    data: new BedrockAgentCoreClient(settings),
    ecr: new ECRClient(settings),
    iam: new IAMClient(settings),
    s3: new S3Client(settings),
    secrets: new SecretsManagerClient(settings),
    sts: new STSClient(settings),
  };
}
