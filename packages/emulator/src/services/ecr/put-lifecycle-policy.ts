import type { PutLifecyclePolicyCommandInput, PutLifecyclePolicyCommandOutput } from '@aws-sdk/client-ecr';
import { defineOperation } from '../../gateway/operation.ts';
import { requireRepository, saveRepository } from '../../registry/repository.ts';
import { checkLifecyclePolicy } from './check-lifecycle-policy.ts';
import { onRepository, registryOf } from './context.ts';

export const putLifecyclePolicy = defineOperation<PutLifecyclePolicyCommandInput, PutLifecyclePolicyCommandOutput>({
  authorize: onRepository,
  handle({ lifecyclePolicyText = '', ...input }, context) {
    const registry = registryOf(input, context);
    const repository = requireRepository(context.emulator.store, registry, input.repositoryName!);
    checkLifecyclePolicy(lifecyclePolicyText);
    saveRepository(context.emulator.store, registry, { ...repository, lifecyclePolicyText });
    return { registryId: registry.accountId, repositoryName: repository.name, lifecyclePolicyText };
  },
});
