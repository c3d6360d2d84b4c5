import type { BedrockAgentCore } from '@aws-sdk/client-bedrock-agentcore';
import type { AwsOptions } from '../agent/definition.ts';

/**
 * A client that sends a JWT where an AWS signature would be. The SDK has no setting for it, but it lets the signer be
 * replaced; the credentials are never used, it only insists on some.
 */
export async function bearerClient(region: string, token: string, { endpoint }: AwsOptions = {}): Promise<BedrockAgentCore> {
  const { BedrockAgentCore: Client } = await import('@aws-sdk/client-bedrock-agentcore');
  return new Client({
    region,
    maxAttempts: 1,
    ...(endpoint ? { endpoint } : {}),
    credentials: { accessKeyId: 'unused', secretAccessKey: 'unused' },
    signer: {
      sign: (request) => {
        request.headers['authorization'] = `Bearer ${token}`;
        return Promise.resolve(request);
      },
    },
  });
}
