import type { CreateRepositoryCommandInput, CreateRepositoryCommandOutput } from '@aws-sdk/client-ecr';
import { AwsError } from '../../gateway/aws-error.ts';
import { defineOperation } from '../../gateway/operation.ts';
import { invalidParameter } from '../../registry/errors.ts';
import { describeRepository, findRepository, saveRepository, type RepositoryItem } from '../../registry/repository.ts';
import { checkMutability } from './check-mutability.ts';
import { onRepository, registryOf } from './context.ts';
import { mergeTags } from './tags.ts';

export const createRepository = defineOperation<CreateRepositoryCommandInput, CreateRepositoryCommandOutput>({
  authorize: onRepository,
  handle(input, context) {
    const { store, now } = context.emulator;
    const { repositoryName: name = '', imageTagMutability = 'MUTABLE', imageTagMutabilityExclusionFilters: filters } = input;
    const registry = registryOf(input, context);
    checkMutability(imageTagMutability, filters);
    if (input.encryptionConfiguration?.kmsKey !== undefined && input.encryptionConfiguration.encryptionType === 'AES256') {
      throw invalidParameter('encryptionConfiguration', 'kmsKey must be null when encryptionType is AES256');
    }
    const repository: RepositoryItem = {
      name,
      createdAt: now().toISOString(),
      imageTagMutability,
      ...(filters ? { exclusionFilters: filters.map(({ filter }) => filter!) } : {}),
      scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false,
      encryptionType: input.encryptionConfiguration?.encryptionType ?? 'AES256',
      ...(input.encryptionConfiguration?.kmsKey ? { kmsKey: input.encryptionConfiguration.kmsKey } : {}),
      tags: mergeTags([], input.tags ?? []),
    };
    if (findRepository(store, registry, name)) {
      throw new AwsError(
        'RepositoryAlreadyExistsException',
        400,
        `The repository with name '${name}' already exists in the registry with id '${registry.accountId}'`,
      );
    }
    saveRepository(store, registry, repository);
    return { repository: describeRepository(registry, repository) };
  },
});
