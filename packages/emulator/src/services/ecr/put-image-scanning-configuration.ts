import type { PutImageScanningConfigurationCommandInput, PutImageScanningConfigurationCommandOutput } from '@aws-sdk/client-ecr';
import { defineOperation } from '../../gateway/operation.ts';
import { requireRepository, saveRepository } from '../../registry/repository.ts';
import { onRepository, registryOf } from './context.ts';

/** Kept and shown; nothing is scanned. */
export const putImageScanningConfiguration = defineOperation<
  PutImageScanningConfigurationCommandInput,
  PutImageScanningConfigurationCommandOutput
>({
  authorize: onRepository,
  handle(input, context) {
    const registry = registryOf(input, context);
    const repository = requireRepository(context.emulator.store, registry, input.repositoryName!);
    const scanOnPush = input.imageScanningConfiguration?.scanOnPush ?? false;
    saveRepository(context.emulator.store, registry, { ...repository, scanOnPush });
    return { registryId: registry.accountId, repositoryName: repository.name, imageScanningConfiguration: { scanOnPush } };
  },
});
