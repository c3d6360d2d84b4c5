import type { Run } from '../agent/run.ts';
import { isAwsError } from './aws-error.ts';

/** Where the service writes what the agents of an account print: `<id>-<endpoint>` below this. */
export const logGroupPrefix = '/aws/bedrock-agentcore/runtimes/';

export interface LogGroups {
  names: string[];
  /** Why the list may not be whole. */
  unknown?: string;
}

/** The log groups of one runtime, or, given the agent's name alone, of every runtime that it ever had. */
export async function findLogGroups(
  { clients, call, definition }: Pick<Run, 'call' | 'clients' | 'definition'>,
  agentRuntimeId?: string,
): Promise<LogGroups> {
  const logs = await clients.logs();
  const logGroupNamePrefix = `${logGroupPrefix}${agentRuntimeId ?? definition.name}-`;
  // The id is the name, a dash and ten characters; a name holds no dash, so no other agent's group matches.
  const own = new RegExp(`^${logGroupPrefix}${definition.name}-[a-zA-Z0-9]{10}-`);
  const names: string[] = [];
  try {
    let nextToken: string | undefined;
    do {
      const page = await logs.describeLogGroups({ logGroupNamePrefix, ...(nextToken ? { nextToken } : {}) }, call);
      names.push(
        ...(page.logGroups ?? []).flatMap(({ logGroupName }) =>
          logGroupName !== undefined && own.test(logGroupName) ? [logGroupName] : [],
        ),
      );
      ({ nextToken } = page);
    } while (nextToken);
  } catch (error) {
    if (isAwsError(error, 'AccessDeniedException')) return { names, unknown: 'these credentials may not list log groups' };
    throw error;
  }
  return { names };
}

/** Deletes them. One that is gone already is fine. */
export async function deleteLogGroups({ clients, call }: Pick<Run, 'call' | 'clients'>, names: readonly string[]): Promise<void> {
  const logs = await clients.logs();
  for (const logGroupName of names) {
    await logs.deleteLogGroup({ logGroupName }, call).catch((error: unknown) => {
      if (!isAwsError(error, 'ResourceNotFoundException')) throw error;
    });
  }
}
