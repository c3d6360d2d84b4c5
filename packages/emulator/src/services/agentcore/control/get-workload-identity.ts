import type { GetWorkloadIdentityCommandInput, GetWorkloadIdentityCommandOutput } from '@aws-sdk/client-bedrock-agentcore-control';
import { defineOperation } from '../../../gateway/operation.ts';
import { workloadIdentityArn } from '../arns.ts';
import { requireWorkloadIdentity, workloadResources, type WorkloadIdentityItem } from '../workload-identity.ts';
import type { Scope } from '../../../store/items.ts';

export const getWorkloadIdentity = defineOperation<GetWorkloadIdentityCommandInput, GetWorkloadIdentityCommandOutput>({
  authorize: (input, scope) => [{ resources: workloadResources(scope, input.name!) }],
  handle: (input, context) => describeWorkloadIdentity(context, requireWorkloadIdentity(context, input.name!)),
});

export function describeWorkloadIdentity(scope: Scope, identity: WorkloadIdentityItem) {
  return {
    name: identity.name,
    workloadIdentityArn: workloadIdentityArn(scope, identity.name),
    createdTime: new Date(identity.createdTime),
    lastUpdatedTime: new Date(identity.lastUpdatedTime),
    allowedResourceOauth2ReturnUrls: identity.allowedResourceOauth2ReturnUrls,
  };
}
