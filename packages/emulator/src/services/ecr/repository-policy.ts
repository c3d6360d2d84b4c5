import type {
  DeleteRepositoryPolicyCommandInput,
  DeleteRepositoryPolicyCommandOutput,
  GetRepositoryPolicyCommandInput,
  GetRepositoryPolicyCommandOutput,
  SetRepositoryPolicyCommandInput,
  SetRepositoryPolicyCommandOutput,
} from '@aws-sdk/client-ecr';
import { AwsError } from '../../gateway/aws-error.ts';
import { defineOperation, type OperationContext } from '../../gateway/operation.ts';
import { PolicyError } from '../../iam/policy-error.ts';
import { invalidParameter, repositoryPolicyNotFound } from '../../registry/errors.ts';
import { repositoryArn } from '../../registry/names.ts';
import { requireRepository } from '../../registry/repository.ts';
import { findResourcePolicy, removeResourcePolicy, saveResourcePolicy } from '../agentcore/resource-policy.ts';
import { onRepository, registryOf } from './context.ts';

export const setRepositoryPolicy = defineOperation<SetRepositoryPolicyCommandInput, SetRepositoryPolicyCommandOutput>({
  authorize: onRepository,
  handle({ policyText = '', force = false, ...input }, context) {
    const { arn, answer } = repositoryOf(input, context);
    const { store } = context.emulator;
    store.transaction(() => {
      asInvalid(() => saveResourcePolicy(store, arn, policyText));
      if (!force) requireAgain(arn, context);
    });
    return { ...answer, policyText };
  },
});

export const getRepositoryPolicy = defineOperation<GetRepositoryPolicyCommandInput, GetRepositoryPolicyCommandOutput>({
  authorize: onRepository,
  handle: (input, context) => requirePolicy(input, context).answer,
});

export const deleteRepositoryPolicy = defineOperation<DeleteRepositoryPolicyCommandInput, DeleteRepositoryPolicyCommandOutput>({
  authorize: onRepository,
  handle(input, context) {
    const { arn, answer } = requirePolicy(input, context);
    removeResourcePolicy(context.emulator.store, arn);
    return answer;
  },
});

function repositoryOf(input: GetRepositoryPolicyCommandInput, context: OperationContext) {
  const registry = registryOf(input, context);
  const { name } = requireRepository(context.emulator.store, registry, input.repositoryName!);
  return { registry, arn: repositoryArn(registry, name), answer: { registryId: registry.accountId, repositoryName: name } };
}

function requirePolicy(input: GetRepositoryPolicyCommandInput, context: OperationContext) {
  const { registry, arn, answer } = repositoryOf(input, context);
  const policyText = findResourcePolicy(context.emulator.store, arn);
  if (policyText === undefined) throw repositoryPolicyNotFound(registry, answer.repositoryName);
  return { arn, answer: { ...answer, policyText } };
}

function asInvalid(save: () => void): void {
  try {
    save();
  } catch (error) {
    if (error instanceof PolicyError) throw invalidParameter('PolicyText', `Invalid repository policy provided: ${error.message}`);
    throw error;
  }
}

/** Whoever sets a policy that keeps them from setting another one has to say that they mean it. */
function requireAgain(arn: string, context: OperationContext): void {
  try {
    context.authorize({ action: 'ecr:SetRepositoryPolicy', resources: [arn] });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const constraint = 'The policy would keep you from setting another one. Use force to set it all the same.';
    throw invalidParameter('PolicyText', constraint);
  }
}
