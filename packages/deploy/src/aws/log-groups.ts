import type { Run } from '../agent/run.ts';
import { ownerTag } from '../agent/names.ts';
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

/** Writes on them whose they are, while that can be told: their runtime goes first. What cannot be tagged is left as it is. */
export async function markLogGroups(
  run: Pick<Run, 'account' | 'call' | 'clients' | 'definition' | 'partition' | 'region'>,
  names: readonly string[],
): Promise<void> {
  const logs = await run.clients.logs();
  for (const name of names) {
    await logs
      .tagResource({ resourceArn: arnOf(run, name), tags: { [ownerTag]: run.definition.name } }, run.call)
      .catch((error: unknown) => {
        if (!isAwsError(error, 'ResourceNotFoundException', 'AccessDeniedException')) throw error;
      });
  }
}

/** Whether {@link markLogGroups} was there. */
export async function isMarked(
  run: Pick<Run, 'account' | 'call' | 'clients' | 'definition' | 'partition' | 'region'>,
  name: string,
): Promise<boolean> {
  const logs = await run.clients.logs();
  try {
    const { tags = {} } = await logs.listTagsForResource({ resourceArn: arnOf(run, name) }, run.call);
    return tags[ownerTag] === run.definition.name;
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException', 'AccessDeniedException')) return false;
    throw error;
  }
}

function arnOf({ partition, region, account }: Pick<Run, 'account' | 'partition' | 'region'>, name: string): string {
  return `arn:${partition}:logs:${region}:${account}:log-group:${name}`;
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
