import type { BedrockAgentCoreControl } from '@aws-sdk/client-bedrock-agentcore-control';
import { setTimeout } from 'node:timers/promises';
import { latest, runOf, unlessGone, type Tagged } from './tagged.ts';

/** On AWS a runtime with endpoints takes minutes to go. */
const PATIENCE_MS = 15 * 60_000;

/** Runtimes, credential providers and workload identities of any run. */
export async function findAgentCore(region: string): Promise<Tagged[]> {
  const sdk = await import('@aws-sdk/client-bedrock-agentcore-control');
  const client = new sdk.BedrockAgentCoreControl({ region });
  const tagged: Tagged[] = [];
  const add = async (arn: string | undefined, found: Omit<Tagged, 'run' | 'at'>, at: () => Promise<Date | undefined>) => {
    const tags = arn === undefined ? undefined : await unlessGone(client.listTagsForResource({ resourceArn: arn }));
    const run = runOf(tags?.tags);
    if (run !== undefined) tagged.push({ ...found, run, at: await at() });
  };
  for await (const { agentRuntimes = [] } of sdk.paginateListAgentRuntimes({ client }, {}))
    for (const { agentRuntimeArn, agentRuntimeId = '', lastUpdatedAt } of agentRuntimes)
      await add(
        agentRuntimeArn,
        { kind: 'runtime', id: agentRuntimeId, remove: () => removeRuntime(client, agentRuntimeId, region) },
        async () => latest(lastUpdatedAt, (await unlessGone(client.getAgentRuntime({ agentRuntimeId })))?.createdAt),
      );
  for await (const { credentialProviders = [] } of sdk.paginateListApiKeyCredentialProviders({ client }, {}))
    for (const { credentialProviderArn, name = '', createdTime, lastUpdatedTime } of credentialProviders)
      await add(
        credentialProviderArn,
        { kind: 'API-key provider', id: name, remove: () => unlessGone(client.deleteApiKeyCredentialProvider({ name })) },
        async () => latest(createdTime, lastUpdatedTime),
      );
  for await (const { credentialProviders = [] } of sdk.paginateListOauth2CredentialProviders({ client }, {}))
    for (const { credentialProviderArn, name = '', createdTime, lastUpdatedTime } of credentialProviders)
      await add(
        credentialProviderArn,
        { kind: 'OAuth2 provider', id: name, remove: () => unlessGone(client.deleteOauth2CredentialProvider({ name })) },
        async () => latest(createdTime, lastUpdatedTime),
      );
  for await (const { workloadIdentities = [] } of sdk.paginateListWorkloadIdentities({ client }, {}))
    for (const { workloadIdentityArn, name = '' } of workloadIdentities)
      await add(
        workloadIdentityArn,
        { kind: 'workload identity', id: name, remove: () => unlessGone(client.deleteWorkloadIdentity({ name })) },
        async () => {
          const identity = await unlessGone(client.getWorkloadIdentity({ name }));
          return latest(identity?.createdTime, identity?.lastUpdatedTime);
        },
      );
  return tagged;
}

/** With its named endpoints, which have to be gone first, and with the logs of its sessions, which nothing but its id ties to it. */
async function removeRuntime(client: BedrockAgentCoreControl, agentRuntimeId: string, region: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  let wait = 100;
  while (await unlessGone(client.getAgentRuntime({ agentRuntimeId }))) {
    const { runtimeEndpoints = [] } = (await unlessGone(client.listAgentRuntimeEndpoints({ agentRuntimeId }))) ?? {};
    for (const { name: endpointName, status } of runtimeEndpoints)
      if (endpointName !== 'DEFAULT' && status !== 'DELETING')
        await unlessConflict(client.deleteAgentRuntimeEndpoint({ agentRuntimeId, endpointName }));
    await unlessConflict(client.deleteAgentRuntime({ agentRuntimeId }));
    if (Date.now() > deadline) throw new Error(`the runtime ${agentRuntimeId} is not gone after ${PATIENCE_MS / 60_000} minutes`);
    await setTimeout(wait);
    wait = Math.min(wait * 2, 5000);
  }
  const { CloudWatchLogs, paginateDescribeLogGroups } = await import('@aws-sdk/client-cloudwatch-logs');
  const logs = new CloudWatchLogs({ region });
  // The id ends in ten random characters: no other runtime's groups begin so.
  const logGroupNamePrefix = `/aws/bedrock-agentcore/runtimes/${agentRuntimeId}-`;
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client: logs }, { logGroupNamePrefix }))
    for (const { logGroupName } of logGroups) await unlessGone(logs.deleteLogGroup({ logGroupName }));
}

/** A state that passes: it is being made, changed or deleted. The loop asks again. */
async function unlessConflict(ask: Promise<unknown>): Promise<void> {
  await unlessGone(ask).catch((error: unknown) => {
    if ((error as Error).name !== 'ConflictException') throw error;
  });
}
