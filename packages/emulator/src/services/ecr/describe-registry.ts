import type { DescribeRegistryCommandInput, DescribeRegistryCommandOutput } from '@aws-sdk/client-ecr';
import { defineOperation } from '../../gateway/operation.ts';

/** The caller's own registry. It replicates nothing: there is no PutReplicationConfiguration here. */
export const describeRegistry = defineOperation<DescribeRegistryCommandInput, DescribeRegistryCommandOutput>({
  handle: (_input, { accountId }) => ({ registryId: accountId, replicationConfiguration: { rules: [] } }),
});
