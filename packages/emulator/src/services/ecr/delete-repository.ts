import type { DeleteRepositoryCommandInput, DeleteRepositoryCommandOutput } from '@aws-sdk/client-ecr';
import { AwsError } from '../../gateway/aws-error.ts';
import { defineOperation } from '../../gateway/operation.ts';
import { imagesOf } from '../../registry/image.ts';
import { repositoryArn } from '../../registry/names.ts';
import { deleteRepository as remove, describeRepository, requireRepository } from '../../registry/repository.ts';
import { removeResourcePolicy } from '../agentcore/resource-policy.ts';
import { onRepository, registryOf } from './context.ts';

export const deleteRepository = defineOperation<DeleteRepositoryCommandInput, DeleteRepositoryCommandOutput>({
  authorize: onRepository,
  async handle(input, context) {
    const registry = registryOf(input, context);
    const repository = requireRepository(context.emulator.store, registry, input.repositoryName!);
    const isEmpty = imagesOf(context.emulator.store, registry, repository.name).next().done;
    if (!isEmpty && !input.force) {
      const message = `The repository with name '${repository.name}' in registry with id '${registry.accountId}' cannot be deleted because it still contains images`;
      throw new AwsError('RepositoryNotEmptyException', 400, message);
    }
    // First: the next repository of this name must not have it.
    removeResourcePolicy(context.emulator.store, repositoryArn(registry, repository.name));
    await remove(context.emulator, registry, repository.name);
    return { repository: describeRepository(registry, repository) };
  },
});
