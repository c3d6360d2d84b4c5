import type { ListWorkloadIdentitiesCommandInput, ListWorkloadIdentitiesCommandOutput } from '@aws-sdk/client-bedrock-agentcore-control';
import { defineOperation } from '../../../gateway/operation.ts';
import { listPage } from '../../page.ts';
import { workloadIdentityArn } from '../arns.ts';
import { WORKLOAD_IDENTITY, workloadResources, type WorkloadIdentityItem } from '../workload-identity.ts';

export const listWorkloadIdentities = defineOperation<ListWorkloadIdentitiesCommandInput, ListWorkloadIdentitiesCommandOutput>({
  authorize: (_input, scope) => [{ resources: workloadResources(scope, '*') }],
  handle({ maxResults: limit = 20, nextToken: token }, context) {
    const page = listPage<WorkloadIdentityItem>(context.emulator.store, WORKLOAD_IDENTITY, context, { limit, token });
    const workloadIdentities = page.items.map(({ id }) => ({ name: id, workloadIdentityArn: workloadIdentityArn(context, id) }));
    return { workloadIdentities, nextToken: page.nextToken };
  },
});
