/** One log event. */
export interface LogEvent {
  /** Milliseconds since 1970. */
  at: number;
  message: string;
}

export interface AgentLogs {
  /** The name of the log group. */
  name: string;
  events: LogEvent[];
}

/** Log groups of AgentCore Runtime: https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/observability-view.html */
const PREFIX = '/aws/bedrock-agentcore/runtimes/';

/** The youngest events of each group: a log of an endless loop must not fill a terminal. */
const AT_MOST = 1000;

/** What the agents of a run logged, the oldest event first. Without a run, or when nothing was logged, there is nothing. */
export async function readAgentLogs({
  region,
  runId,
  agent = '',
}: {
  region: string;
  runId: string;
  /** The name of one agent. Default: all of the run. */
  agent?: string | undefined;
}): Promise<AgentLogs[]> {
  if (runId === '') return [];
  const { CloudWatchLogs, paginateDescribeLogGroups, paginateFilterLogEvents } = await import('@aws-sdk/client-cloudwatch-logs');
  const client = new CloudWatchLogs({ region });
  const found: AgentLogs[] = [];
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, { logGroupNamePrefix: PREFIX + agent })) {
    for (const { logGroupName: name = '' } of logGroups) {
      if (!name.includes(runId)) continue;
      const events: LogEvent[] = [];
      for await (const page of paginateFilterLogEvents({ client }, { logGroupName: name })) {
        for (const { timestamp: at = 0, message = '' } of page.events ?? []) events.push({ at, message });
        if (events.length > AT_MOST) events.splice(0, events.length - AT_MOST);
      }
      if (events.length > 0) found.push({ name, events });
    }
  }
  return found;
}
