import type { FoundRuntime } from '../steps/find-runtime.ts';
import { invocationUrl } from '../invoke/invocation-url.ts';
import type { InvokeOptions } from '../invoke/invoke.ts';
import { invokeRuntime } from '../invoke/invoke.ts';
import type { Reply } from '../invoke/reply.ts';
import type { LogLine, LogsOptions } from '../invoke/read-logs.ts';
import { readLogs } from '../invoke/read-logs.ts';
import { stopRuntimeSession } from '../invoke/stop-session.ts';
import type { Run } from './run.ts';

/** An agent in an account. */
export interface Deployment {
  readonly agentRuntimeArn: string;
  readonly agentRuntimeId: string;
  readonly agentRuntimeVersion: string;
  /** `repository@sha256:...`. Empty where the artifact is a zip. */
  readonly imageUri: string;
  /** `s3://bucket/key` of the zip. Empty where the artifact is an image. */
  readonly codeUri: string;
  readonly roleArn: string;
  /** The identity with which the agent asks for credentials; what users come back to after consent is set on it. Empty for a runtime that has none. */
  readonly workloadIdentityName: string;
  readonly repositoryUri: string;
  readonly status: string;
  readonly region: string;
  readonly account: string;
  /** Sends one request to the agent. */
  invoke(payload: unknown, options?: InvokeOptions): Promise<Reply>;
  /** Where a caller without an AWS SDK posts its payload, with `Authorization: Bearer` and a JWT: for an agent with an `authorizer`. */
  invocationUrl(options?: { qualifier?: string }): Promise<string>;
  /** Ends a session: its process, and what it remembers. */
  stopSession(sessionId: string, options?: { signal?: AbortSignal; qualifier?: string }): Promise<void>;
  /** What the agent printed, from CloudWatch Logs. */
  logs(options?: LogsOptions): AsyncGenerator<LogLine>;
}

export function toDeployment(run: Run, runtime: FoundRuntime['runtime']): Deployment {
  const { agentRuntimeArn, agentRuntimeId, agentRuntimeVersion, status = 'CREATING' } = runtime;
  const { clients, account, region, definition } = run;
  const imageUri = runtime.agentRuntimeArtifact?.containerConfiguration?.containerUri ?? '';
  return {
    agentRuntimeArn,
    agentRuntimeId,
    agentRuntimeVersion,
    imageUri,
    codeUri: codeUriOf(runtime),
    roleArn: runtime.roleArn ?? run.roleArn,
    workloadIdentityName: runtime.workloadIdentityDetails?.workloadIdentityArn?.split('/').at(-1) ?? '',
    repositoryUri: imageUri.replace(/[@:][^/]*$/, ''),
    status,
    region,
    account,
    invoke: (payload, options) =>
      invokeRuntime({ clients, agentRuntimeArn, ...(definition.aws ? { aws: definition.aws } : {}) }, payload, options),
    invocationUrl: (options) => invocationUrl({ clients, agentRuntimeArn }, options),
    logs: (options) => readLogs({ clients, agentRuntimeId }, options),
    stopSession: (sessionId, options) => stopRuntimeSession({ clients, agentRuntimeArn }, sessionId, options),
  };
}

/** Where a runtime has its zip from. */
export function codeUriOf({ agentRuntimeArtifact }: Pick<FoundRuntime['runtime'], 'agentRuntimeArtifact'>): string {
  const s3 = agentRuntimeArtifact?.codeConfiguration?.code?.s3;
  return s3 ? `s3://${s3.bucket}/${s3.prefix}` : '';
}
