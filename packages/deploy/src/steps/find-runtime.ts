import type { GetAgentRuntimeResponse } from '@aws-sdk/client-bedrock-agentcore-control';
import type { Run } from '../agent/run.ts';
import { isAwsError } from '../aws/aws-error.ts';

export interface FoundRuntime {
  runtime: GetAgentRuntimeResponse & { agentRuntimeArn: string; agentRuntimeId: string; agentRuntimeVersion: string };
  tags: Record<string, string>;
}

/** A runtime as one deployment left it: the service makes a new version of each update. */
export function idOf({ agentRuntimeId, agentRuntimeVersion }: FoundRuntime['runtime']): string {
  return `${agentRuntimeId}@${agentRuntimeVersion}`;
}

/** Finds the runtime by its name, on whatever page of the list it is. */
export async function findRuntime(run: Pick<Run, 'call' | 'clients' | 'definition'>): Promise<FoundRuntime | undefined> {
  const control = await run.clients.control();
  let nextToken: string | undefined;
  do {
    const page = await control.listAgentRuntimes({ maxResults: 100, ...(nextToken ? { nextToken } : {}) }, run.call);
    const match = page.agentRuntimes?.find(({ agentRuntimeName }) => agentRuntimeName === run.definition.name);
    if (match?.agentRuntimeId !== undefined) {
      const [runtime, { tags = {} }] = await Promise.all([
        getRuntime(run, match.agentRuntimeId),
        control.listTagsForResource({ resourceArn: match.agentRuntimeArn }, run.call).catch((error: unknown) => {
          if (isAwsError(error, 'ResourceNotFoundException')) return { tags: {} };
          throw error;
        }),
      ]);
      return runtime && { runtime, tags };
    }
    ({ nextToken } = page);
  } while (nextToken);
  return undefined;
}

/** The runtime as it is now, or nothing when it is gone. */
export async function getRuntime(
  { clients, call }: Pick<Run, 'call' | 'clients'>,
  agentRuntimeId: string,
): Promise<FoundRuntime['runtime'] | undefined> {
  const control = await clients.control();
  return (await control.getAgentRuntime({ agentRuntimeId }, call).catch((error: unknown) => {
    if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  })) as FoundRuntime['runtime'] | undefined;
}
