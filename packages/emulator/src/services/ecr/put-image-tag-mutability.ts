import type { PutImageTagMutabilityCommandInput, PutImageTagMutabilityCommandOutput } from '@aws-sdk/client-ecr';
import { defineOperation } from '../../gateway/operation.ts';
import { describeRepository, requireRepository, saveRepository } from '../../registry/repository.ts';
import { checkMutability } from './check-mutability.ts';
import { onRepository, registryOf } from './context.ts';

export const putImageTagMutability = defineOperation<PutImageTagMutabilityCommandInput, PutImageTagMutabilityCommandOutput>({
  authorize: onRepository,
  handle(input, context) {
    const registry = registryOf(input, context);
    const { imageTagMutability = 'MUTABLE', imageTagMutabilityExclusionFilters: filters } = input;
    const { exclusionFilters: _, ...repository } = requireRepository(context.emulator.store, registry, input.repositoryName!);
    checkMutability(imageTagMutability, filters);
    const changed = {
      ...repository,
      imageTagMutability,
      ...(filters ? { exclusionFilters: filters.map(({ filter }) => filter!) } : {}),
    };
    saveRepository(context.emulator.store, registry, changed);
    const { registryId, repositoryName, imageTagMutabilityExclusionFilters } = describeRepository(registry, changed);
    return { registryId, repositoryName, imageTagMutability, imageTagMutabilityExclusionFilters };
  },
});
