import type { OperationContext } from '../../../gateway/operation.ts';
import { findSecret } from '../../secretsmanager/secret.ts';
import { validation } from '../errors.ts';
import type { GivenConfig } from './vendor-config.ts';

/** How a request gives the client secret: as text that the service is to keep, or as a secret that the caller keeps. */
export type GivenClientSecret = { source: 'MANAGED'; clientSecret: string } | { source: 'EXTERNAL'; secretArn: string; jsonKey: string };

export function givenClientSecret(
  { secret: given, member }: GivenConfig,
  { emulator, accountId, region }: OperationContext,
): GivenClientSecret {
  const { clientSecret, clientSecretConfig: config, clientSecretSource: source = 'MANAGED' } = given;
  const at = (name: string) => `oauth2ProviderConfigInput.${member}.${name}`;
  if (source === 'MANAGED') {
    if (!clientSecret || config !== undefined)
      throw validation(
        'clientSecret is required, and clientSecretConfig is not allowed, when clientSecretSource is MANAGED.',
        at('clientSecret'),
      );
    return { source, clientSecret };
  }
  if (config === undefined || clientSecret !== undefined)
    throw validation(
      'clientSecretConfig is required, and clientSecret is not allowed, when clientSecretSource is EXTERNAL.',
      at('clientSecretConfig'),
    );
  const secret = findSecret(emulator.store, { accountId, region }, config.secretId ?? '');
  if (!secret) throw validation(`The secret '${config.secretId}' does not exist.`, at('clientSecretConfig.secretId'));
  return { source: 'EXTERNAL', secretArn: secret.arn, jsonKey: config.jsonKey ?? '' };
}
