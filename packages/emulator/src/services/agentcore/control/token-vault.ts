import type {
  GetTokenVaultCommandInput,
  GetTokenVaultCommandOutput,
  SetTokenVaultCMKCommandInput,
  SetTokenVaultCMKCommandOutput,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { defineOperation, type OperationContext } from '../../../gateway/operation.ts';
import { tokenVaultArn } from '../arns.ts';
import { notFound, validation } from '../errors.ts';

interface TokenVaultItem {
  keyType: 'ServiceManagedKey' | 'CustomerManagedKey';
  kmsKeyArn?: string;
  lastModifiedDate: string;
}

const TOKEN_VAULT = 'token-vault';

export const getTokenVault = defineOperation<GetTokenVaultCommandInput, GetTokenVaultCommandOutput>({
  authorize: (_input, scope) => [{ resources: [tokenVaultArn(scope)] }],
  handle: (input, context) => describe(readVault(context, input.tokenVaultId)),
});

export const setTokenVaultCMK = defineOperation<SetTokenVaultCMKCommandInput, SetTokenVaultCMKCommandOutput>({
  authorize: (_input, scope) => [{ resources: [tokenVaultArn(scope)] }],
  handle({ tokenVaultId, kmsConfiguration }, context) {
    readVault(context, tokenVaultId);
    const { keyType, kmsKeyArn } = kmsConfiguration!;
    if (keyType === 'CustomerManagedKey' && kmsKeyArn === undefined)
      throw validation('kmsKeyArn is required when keyType is CustomerManagedKey.', 'kmsConfiguration.kmsKeyArn');
    if (keyType === 'ServiceManagedKey' && kmsKeyArn !== undefined)
      throw validation('kmsKeyArn is not allowed when keyType is ServiceManagedKey.', 'kmsConfiguration.kmsKeyArn');
    const vault: TokenVaultItem = {
      keyType: keyType!,
      ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
      lastModifiedDate: context.emulator.now().toISOString(),
    };
    context.emulator.store.items.put(TOKEN_VAULT, context, 'default', vault);
    return describe(vault);
  },
});

/** Every account has one vault, `default`, in every region, from the beginning. */
function readVault({ emulator, accountId, region }: OperationContext, id = 'default'): TokenVaultItem {
  if (id !== 'default') throw notFound(`Token vault '${id}' does not exist. There is one, 'default'.`);
  return (
    emulator.store.items.get<TokenVaultItem>(TOKEN_VAULT, { accountId, region }, id) ?? {
      keyType: 'ServiceManagedKey',
      lastModifiedDate: new Date(0).toISOString(),
    }
  );
}

function describe({ keyType, kmsKeyArn, lastModifiedDate }: TokenVaultItem) {
  return {
    tokenVaultId: 'default',
    kmsConfiguration: { keyType, ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }) },
    lastModifiedDate: new Date(lastModifiedDate),
  };
}
