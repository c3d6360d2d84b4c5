import type {
  DeleteLifecyclePolicyCommandInput,
  DeleteLifecyclePolicyCommandOutput,
  GetLifecyclePolicyCommandInput,
  GetLifecyclePolicyCommandOutput,
} from '@aws-sdk/client-ecr';
import { AwsError } from '../../gateway/aws-error.ts';
import { defineOperation, type OperationContext } from '../../gateway/operation.ts';
import { requireRepository, saveRepository, type RepositoryItem } from '../../registry/repository.ts';
import { onRepository, registryOf } from './context.ts';

export const getLifecyclePolicy = defineOperation<GetLifecyclePolicyCommandInput, GetLifecyclePolicyCommandOutput>({
  authorize: onRepository,
  handle: (input, context) => requirePolicy(input, context).answer,
});

export const deleteLifecyclePolicy = defineOperation<DeleteLifecyclePolicyCommandInput, DeleteLifecyclePolicyCommandOutput>({
  authorize: onRepository,
  handle(input, context) {
    const { answer, without } = requirePolicy(input, context);
    saveRepository(context.emulator.store, registryOf(input, context), without);
    return answer;
  },
});

function requirePolicy(input: GetLifecyclePolicyCommandInput, context: OperationContext) {
  const registry = registryOf(input, context);
  const repository = requireRepository(context.emulator.store, registry, input.repositoryName!);
  const { lifecyclePolicyText, ...without } = repository;
  if (lifecyclePolicyText === undefined) {
    const message = `Lifecycle policy does not exist for the repository with name '${repository.name}' in the registry with id '${registry.accountId}'`;
    throw new AwsError('LifecyclePolicyNotFoundException', 400, message);
  }
  const answer = { registryId: registry.accountId, repositoryName: repository.name, lifecyclePolicyText };
  return { answer, without: without satisfies RepositoryItem };
}
