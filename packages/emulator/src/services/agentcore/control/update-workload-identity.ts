import type { UpdateWorkloadIdentityCommandInput, UpdateWorkloadIdentityCommandOutput } from '@aws-sdk/client-bedrock-agentcore-control';
import { defineOperation } from '../../../gateway/operation.ts';
import { requireWorkloadIdentity, WORKLOAD_IDENTITY, workloadResources } from '../workload-identity.ts';
import { describeWorkloadIdentity } from './get-workload-identity.ts';

export const updateWorkloadIdentity = defineOperation<UpdateWorkloadIdentityCommandInput, UpdateWorkloadIdentityCommandOutput>({
  authorize: (input, scope) => [{ resources: workloadResources(scope, input.name!) }],
  handle(input, context) {
    const identity = requireWorkloadIdentity(context, input.name!);
    const allowedResourceOauth2ReturnUrls = input.allowedResourceOauth2ReturnUrls ?? identity.allowedResourceOauth2ReturnUrls;
    const updated = { ...identity, allowedResourceOauth2ReturnUrls, lastUpdatedTime: context.emulator.now().toISOString() };
    context.emulator.store.items.put(WORKLOAD_IDENTITY, context, identity.name, updated);
    return describeWorkloadIdentity(context, updated);
  },
});
