import type { GetTokenVaultCommandOutput, KmsConfiguration } from '@aws-sdk/client-bedrock-agentcore-control';
import { call } from './aws/call.ts';
import type { Connection } from './aws/connect.ts';

/** Where AgentCore keeps keys and tokens, and which key encrypts them. */
export interface TokenVault {
  tokenVaultId: string;
  kmsConfiguration: KmsConfiguration;
  lastModifiedDate?: Date;
}

export interface SetTokenVaultCMKInput {
  /** Default: `default`, the only one there is. */
  tokenVaultId?: string;
  /** `{ keyType: 'CustomerManagedKey', kmsKeyArn }`, or `{ keyType: 'ServiceManagedKey' }` to go back to AWS's own key. */
  kmsConfiguration: { keyType: 'CustomerManagedKey'; kmsKeyArn: string } | { keyType: 'ServiceManagedKey' };
}

export async function getTokenVault(aws: Connection, tokenVaultId = 'default', signal?: AbortSignal): Promise<TokenVault> {
  const { client, commands } = await aws.control();
  const subject = { operation: 'GetTokenVault', vault: tokenVaultId };
  return describe(await call(subject, signal, (options) => client.send(new commands.GetTokenVault({ tokenVaultId }), options)));
}

export async function setTokenVaultCMK(
  aws: Connection,
  { tokenVaultId = 'default', kmsConfiguration }: SetTokenVaultCMKInput,
  signal?: AbortSignal,
): Promise<TokenVault> {
  const { client, commands } = await aws.control();
  const subject = { operation: 'SetTokenVaultCMK', vault: tokenVaultId };
  return describe(
    await call(subject, signal, (options) => client.send(new commands.SetTokenVaultCMK({ tokenVaultId, kmsConfiguration }), options)),
  );
}

type Described = Pick<GetTokenVaultCommandOutput, 'tokenVaultId' | 'kmsConfiguration' | 'lastModifiedDate'>;

function describe({ tokenVaultId = '', kmsConfiguration, lastModifiedDate }: Described): TokenVault {
  return { tokenVaultId, kmsConfiguration: kmsConfiguration ?? { keyType: undefined }, ...(lastModifiedDate && { lastModifiedDate }) };
}
