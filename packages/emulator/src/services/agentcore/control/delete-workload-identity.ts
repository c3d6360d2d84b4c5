import type { DeleteWorkloadIdentityCommandInput, DeleteWorkloadIdentityCommandOutput } from '@aws-sdk/client-bedrock-agentcore-control';
import { defineOperation } from '../../../gateway/operation.ts';
import { validation } from '../errors.ts';
import { deleteTokensOfWorkload } from '../oauth2/vault.ts';
import { requireWorkloadIdentity, WORKLOAD_IDENTITY, workloadResources } from '../workload-identity.ts';

export const deleteWorkloadIdentity = defineOperation<DeleteWorkloadIdentityCommandInput, DeleteWorkloadIdentityCommandOutput>({
  authorize: (input, scope) => [{ resources: workloadResources(scope, input.name!) }],
  handle(input, context) {
    const identity = requireWorkloadIdentity(context, input.name!);
    if (identity.runtimeId !== undefined) {
      throw validation(
        `WorkloadIdentity ${identity.name} is linked to the agent runtime ${identity.runtimeId} and is deleted with it.`,
        'name',
      );
    }
    const { store } = context.emulator;
    store.transaction(() => {
      store.items.delete(WORKLOAD_IDENTITY, context, identity.name);
      deleteTokensOfWorkload(store, context, identity.name);
    });
    return {};
  },
});
