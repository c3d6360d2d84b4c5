import type { CreateWorkloadIdentityCommandInput, CreateWorkloadIdentityCommandOutput } from '@aws-sdk/client-bedrock-agentcore-control';
import { defineOperation } from '../../../gateway/operation.ts';
import { workloadIdentityArn } from '../arns.ts';
import { validation } from '../errors.ts';
import { findWorkloadIdentity, newWorkloadIdentity, WORKLOAD_IDENTITY, workloadResources } from '../workload-identity.ts';

export const createWorkloadIdentity = defineOperation<CreateWorkloadIdentityCommandInput, CreateWorkloadIdentityCommandOutput>({
  authorize: (input, scope) => [{ resources: workloadResources(scope, input.name!) }],
  handle(input, context) {
    const { emulator, accountId, region } = context;
    const scope = { accountId, region };
    const name = input.name!;
    // The model of this operation has no ConflictException: a name that is taken is a validation error.
    if (findWorkloadIdentity(emulator.store, scope, name)) throw validation(`WorkloadIdentity with name '${name}' already exists.`, 'name');
    const identity = newWorkloadIdentity(emulator.now(), {
      name,
      allowedResourceOauth2ReturnUrls: input.allowedResourceOauth2ReturnUrls ?? [],
      tags: input.tags ?? {},
    });
    emulator.store.items.put(WORKLOAD_IDENTITY, scope, name, identity);
    return {
      name,
      workloadIdentityArn: workloadIdentityArn(scope, name),
      allowedResourceOauth2ReturnUrls: identity.allowedResourceOauth2ReturnUrls,
    };
  },
});
