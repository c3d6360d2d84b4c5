import type {
  GetWorkloadAccessTokenCommandInput,
  GetWorkloadAccessTokenCommandOutput,
  GetWorkloadAccessTokenForUserIdCommandInput,
  GetWorkloadAccessTokenForUserIdCommandOutput,
} from '@aws-sdk/client-bedrock-agentcore';
import { defineOperation, type OperationContext } from '../../../gateway/operation.ts';
import { validation } from '../errors.ts';
import { requireWorkloadIdentity, workloadResources } from '../workload-identity.ts';
import { issueWorkloadToken, type WorkloadToken } from '../workload-token.ts';

export const getWorkloadAccessToken = defineOperation<GetWorkloadAccessTokenCommandInput, GetWorkloadAccessTokenCommandOutput>({
  authorize: (input, scope) => [{ resources: workloadResources(scope, input.workloadName!) }],
  handle: (input, context) => ({ workloadAccessToken: issueFor(context, input.workloadName!) }),
});

export const getWorkloadAccessTokenForUserId = defineOperation<
  GetWorkloadAccessTokenForUserIdCommandInput,
  GetWorkloadAccessTokenForUserIdCommandOutput
>({
  authorize: (input, scope) => [
    { resources: workloadResources(scope, input.workloadName!), context: { 'bedrock-agentcore:userid': input.userId! } },
  ],
  handle: (input, context) => ({ workloadAccessToken: issueFor(context, input.workloadName!, { type: 'id', userId: input.userId! }) }),
});

/** Refuses for an identity that a runtime owns: its tokens come with invocations. */
export function issueFor(context: OperationContext, workloadName: string, user?: WorkloadToken['user']): string {
  const { accountId, region, emulator } = context;
  const identity = requireWorkloadIdentity(context, workloadName);
  if (identity.runtimeId !== undefined) {
    throw validation('WorkloadIdentity is linked to a service and cannot retrieve an access token by the caller');
  }
  return issueWorkloadToken(emulator.store, emulator.now(), { accountId, region, workloadName, ...(user ? { user } : {}) });
}
