import type {
  DeleteResourcePolicyCommandInput,
  DeleteResourcePolicyCommandOutput,
  GetResourcePolicyCommandInput,
  GetResourcePolicyCommandOutput,
  PutResourcePolicyCommandInput,
  PutResourcePolicyCommandOutput,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { defineOperation, type OperationContext } from '../../../gateway/operation.ts';
import { PolicyError } from '../../../iam/policy-error.ts';
import { runtimeArn, runtimeEndpointArn } from '../arns.ts';
import { notFound, validation } from '../errors.ts';
import { findResourcePolicy, removeResourcePolicy, saveResourcePolicy } from '../resource-policy.ts';
import { findEndpoint, RUNTIME, type RuntimeItem } from '../runtime-items.ts';

export const putResourcePolicy = defineOperation<PutResourcePolicyCommandInput, PutResourcePolicyCommandOutput>({
  authorize: (input) => [{ resources: [input.resourceArn!] }],
  handle(input, context) {
    const arn = requireResource(context, input.resourceArn!);
    const policy = input.policy!;
    try {
      saveResourcePolicy(context.emulator.store, arn, policy);
    } catch (error) {
      if (error instanceof PolicyError) throw validation(error.message, 'policy');
      throw error;
    }
    return { policy };
  },
});

export const getResourcePolicy = defineOperation<GetResourcePolicyCommandInput, GetResourcePolicyCommandOutput>({
  authorize: (input) => [{ resources: [input.resourceArn!] }],
  handle: (input, context) => ({ policy: findResourcePolicy(context.emulator.store, requireResource(context, input.resourceArn!)) }),
});

export const deleteResourcePolicy = defineOperation<DeleteResourcePolicyCommandInput, DeleteResourcePolicyCommandOutput>({
  authorize: (input) => [{ resources: [input.resourceArn!] }],
  handle(input, context) {
    removeResourcePolicy(context.emulator.store, requireResource(context, input.resourceArn!));
    return {};
  },
});

/** Throws ResourceNotFoundException unless the ARN is of a runtime or an endpoint of the caller's account and region. */
function requireResource({ emulator: { store }, accountId, region }: OperationContext, arn: string): string {
  const scope = { accountId, region };
  const [, runtimeId = '', name] = /:runtime\/([^/:]+)(?:\/runtime-endpoint\/([^/:]+))?$/.exec(arn) ?? [];
  const expected = name === undefined ? runtimeArn(scope, runtimeId) : runtimeEndpointArn(scope, runtimeId, name);
  const exists =
    store.items.get<RuntimeItem>(RUNTIME, scope, runtimeId) !== undefined &&
    (name === undefined || findEndpoint(store, scope, runtimeId, name) !== undefined);
  if (arn !== expected || !exists) throw notFound(`The resource '${arn.slice(0, 256)}' does not exist.`);
  return arn;
}
