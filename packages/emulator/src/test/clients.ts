import { BedrockAgentCoreClient } from '@aws-sdk/client-bedrock-agentcore';
import { BedrockAgentCoreControlClient } from '@aws-sdk/client-bedrock-agentcore-control';
import { ECRClient } from '@aws-sdk/client-ecr';
import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { STSClient } from '@aws-sdk/client-sts';

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

/** The error that a call fails with; the test fails when the call does not. */
export async function failureOf(
  call: Promise<unknown>,
): Promise<{ name: string; message: string; $metadata?: { httpStatusCode?: number }; $fault?: string }> {
  try {
    await call;
  } catch (error) {
    return error as never;
  }
  throw new Error('the call succeeded, but was expected to be refused');
}
