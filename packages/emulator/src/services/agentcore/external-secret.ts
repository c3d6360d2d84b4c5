import type { CreateApiKeyCredentialProviderCommandInput } from '@aws-sdk/client-bedrock-agentcore-control';
import type { OperationContext } from '../../gateway/operation.ts';
import { findSecret } from '../secretsmanager/secret.ts';
import { validation } from './errors.ts';

type KeySource = Pick<CreateApiKeyCredentialProviderCommandInput, 'apiKey' | 'apiKeySecretConfig' | 'apiKeySecretSource'>;

/** How a request gives its key: as text that the service is to keep, or as a secret that the caller keeps. */
export type GivenKey = { source: 'MANAGED'; apiKey: string } | { source: 'EXTERNAL'; secretArn: string; jsonKey: string };

export function givenKey(
  { apiKey, apiKeySecretConfig: config, apiKeySecretSource: source = 'MANAGED' }: KeySource,
  { emulator, accountId, region }: OperationContext,
): GivenKey {
  if (source === 'MANAGED') {
    if (apiKey === undefined || config !== undefined)
      throw validation('apiKey is required, and apiKeySecretConfig is not allowed, when apiKeySecretSource is MANAGED.', 'apiKey');
    return { source, apiKey };
  }
  if (config === undefined || apiKey !== undefined)
    throw validation(
      'apiKeySecretConfig is required, and apiKey is not allowed, when apiKeySecretSource is EXTERNAL.',
      'apiKeySecretConfig',
    );
  const secret = findSecret(emulator.store, { accountId, region }, config.secretId ?? '');
  if (!secret) throw validation(`The secret '${config.secretId}' does not exist.`, 'apiKeySecretConfig.secretId');
  return { source: 'EXTERNAL', secretArn: secret.arn, jsonKey: config.jsonKey ?? '' };
}
