import { asDeployError, isAwsError } from '../aws/aws-error.ts';
import type { Clients } from '../aws/connect.ts';
import { logGroupPrefix } from '../aws/log-groups.ts';
import { DeployError } from '../errors.ts';
import { sleep } from '../util/sleep.ts';
import { assertTimeout } from '../util/timeout.ts';

export interface LogsOptions {
  /** From when on. Default: an hour ago. */
  since?: Date;
  /** Waits for more when there is no more. Ends with the signal. Default false. */
  follow?: boolean;
  /** Endpoint. Default `DEFAULT`. */
  qualifier?: string;
  /** Milliseconds between two looks while following. Default 2,000. */
  intervalMs?: number;
  signal?: AbortSignal;
}

export interface LogLine {
  at: Date;
  message: string;
  /** The log stream: one for each session's machine. */
  stream: string;
}

/** Lines of one session may arrive this much after younger lines of another: that far back is looked again. */
const lateMs = 10_000;

/**
 * What the agent printed, from CloudWatch Logs, the oldest first. Lines appear there some seconds after they were printed.
 * An agent that has never been invoked has no log group yet: then there are no lines.
 * @throws {DeployError} `AWS`, `INVALID_CONFIG` for an `intervalMs` that no timer can wait, or a `since` that is no date.
 */
export async function* readLogs(
  { clients, agentRuntimeId }: { clients: Clients; agentRuntimeId: string },
  { since = new Date(Date.now() - 3_600_000), follow = false, qualifier = 'DEFAULT', intervalMs = 2_000, signal }: LogsOptions = {},
): AsyncGenerator<LogLine> {
  // A timer that overflows fires at once, which would ask the service without a pause.
  assertTimeout('intervalMs', intervalMs);
  if (!(since instanceof Date) || Number.isNaN(since.getTime()))
    throw new DeployError(
      'INVALID_CONFIG',
      `since is ${since instanceof Date ? 'an invalid Date' : `a ${typeof since}`}, expected a Date.`,
    );
  const logs = await clients.logs();
  const logGroupName = `${logGroupPrefix}${agentRuntimeId}-${qualifier}`;
  let startTime = since.getTime();
  const shown = new Map<string, number>();
  try {
    for (;;) {
      let nextToken: string | undefined;
      do {
        const page = await logs
          .filterLogEvents({ logGroupName, startTime, ...(nextToken ? { nextToken } : {}) }, signal ? { abortSignal: signal } : {})
          .catch((error: unknown) => {
            if (isAwsError(error, 'ResourceNotFoundException')) return { events: [], nextToken: undefined };
            throw error;
          });
        for (const { eventId = '', timestamp = 0, message = '', logStreamName: stream = '' } of page.events ?? []) {
          if (shown.has(eventId)) continue;
          shown.set(eventId, timestamp);
          yield { at: new Date(timestamp), message: message.trimEnd(), stream };
        }
        ({ nextToken } = page);
      } while (nextToken);
      if (!follow) return;
      startTime = Math.max(startTime, Math.max(0, ...shown.values()) - lateMs);
      for (const [id, at] of shown) if (at < startTime) shown.delete(id);
      await sleep(intervalMs, signal);
    }
  } catch (error) {
    if (signal?.aborted) return;
    throw asDeployError(error, `reading the logs of ${agentRuntimeId}`);
  }
}
