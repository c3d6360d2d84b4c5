import type { CreateAgentRuntimeCommandInput } from '@aws-sdk/client-bedrock-agentcore-control';
import type { Authorizer } from '../../authorization/create-authorizer.ts';
import type { EmulatorServices } from '../../emulator-services.ts';
import type { OperationContext } from '../../gateway/operation.ts';
import { resolveImage } from '../../registry/resolve-image.ts';
import { SessionError } from '../../sessions/session-error.ts';
import type { SessionHost, SessionRequest, SessionResponse, SessionSpec } from '../../sessions/types.ts';
import type { Scope } from '../../store/items.ts';
import type { RoleItem } from '../iam/role.ts';
import { PROBE_SESSION, type AgentLogs } from './agent-logs.ts';
import { runtimeArn } from './arns.ts';
import { checkImageAccess } from './check-image-access.ts';
import { checkCode } from './code/check-code.ts';
import { codeImage, type VersionCode } from './code/code-image.ts';
import { validation } from './errors.ts';
import { finishDeletion, finishEndpoint, finishEndpointDeletion, finishVersion } from './finish-states.ts';
import {
  findEndpoint,
  findRuntime,
  listEndpoints,
  readEnvironment,
  requireVersion,
  RUNTIME,
  RUNTIME_VERSION,
  type EndpointItem,
  type RuntimeItem,
  type VersionItem,
} from './runtime-items.ts';
import { makeSessionSpec } from './session-spec.ts';

/** What happens behind AgentCore's control plane: states that take time, and the processes of the agents. */
export interface AgentSessions {
  /** Throws ValidationException unless the artifact may be read, is there, and runs on the platform. Of a zip it answers what a version keeps of it. */
  checkArtifact(
    context: Pick<OperationContext, 'emulator' | 'accountId' | 'region' | 'authorize'>,
    role: RoleItem,
    artifact: NonNullable<CreateAgentRuntimeCommandInput['agentRuntimeArtifact']>,
  ): Promise<{ code?: VersionCode }>;
  /** Takes a version from CREATING or UPDATING to READY, or to a failure with its reason. */
  bringUp(scope: Scope, runtimeId: string, version: number): void;
  tearDown(scope: Scope, runtimeId: string): void;
  settleEndpoint(scope: Scope, runtimeId: string, name: string): void;
  removeEndpoint(scope: Scope, runtimeId: string, name: string): void;
  /** Does something with a session, which is started when there is none. */
  use<T>(scope: Scope, target: SessionTarget, work: (spec: SessionSpec) => Promise<T>): Promise<T>;
  invoke(scope: Scope, target: SessionTarget, request: SessionRequest): Promise<SessionResponse>;
  stop(scope: Scope, runtimeId: string, sessionId: string): Promise<boolean>;
  isLive(scope: Scope, runtimeId: string, sessionId: string): boolean;
  /** Goes on with every state that a previous process of the emulator left unfinished. */
  resume(): void;
  host: SessionHost;
}

export interface SessionTarget {
  runtimeId: string;
  version: number;
  /** The one by which the session is called: its logs are named after it. */
  endpoint: string;
  sessionId: string;
}

export function createAgentSessions({
  emulator,
  authorizer,
  host,
  logs,
}: {
  emulator: () => EmulatorServices;
  authorizer: Authorizer;
  host: SessionHost;
  logs: AgentLogs;
}): AgentSessions {
  const spec = async (scope: Scope, runtimeId: string, version: VersionItem, sessionId: string) => {
    const { store } = emulator();
    const image = version.code
      ? codeImage(emulator(), version.code)
      : await resolveImage(emulator(), version.configuration.agentRuntimeArtifact?.containerConfiguration?.containerUri ?? '');
    return makeSessionSpec(emulator(), {
      scope,
      runtimeId,
      version,
      sessionId,
      image,
      environment: readEnvironment(store, version, runtimeId),
    });
  };

  const sessions: AgentSessions = {
    host,
    async checkArtifact(context, role, artifact) {
      if (artifact.codeConfiguration) return { code: await checkCode(context, artifact.codeConfiguration) };
      const containerUri = artifact.containerConfiguration?.containerUri ?? '';
      checkImageAccess(authorizer, role, { containerUri, region: context.region });
      await resolveImage(emulator(), containerUri).catch((error: unknown) => {
        if (error instanceof SessionError) throw validation(error.message, 'agentRuntimeArtifact');
        throw error;
      });
      return {};
    },
    bringUp(scope, runtimeId, version) {
      emulator().background(async (signal) => {
        const item = requireVersion(emulator().store, scope, runtimeId, version);
        const failureReason = await Promise.all([probe(scope, runtimeId, item), delay(emulator().stateDelayMs, signal)]).then(
          ([reason]) => reason,
        );
        // Shutting down: the state stays as it is, and `resume` goes on with it at the next start.
        if (signal.aborted) return;
        finishVersion(emulator(), scope, runtimeId, version, failureReason);
        if (failureReason === undefined) logs.prepare(scope, runtimeId, String(version));
      });
    },
    tearDown(scope, runtimeId) {
      emulator().background(async (signal) => {
        const arn = runtimeArn(scope, runtimeId);
        await Promise.all([host.stopAll((key) => key.agentRuntimeArn === arn), delay(emulator().stateDelayMs, signal)]);
        if (signal.aborted) return;
        finishDeletion(emulator(), scope, runtimeId);
        await host.forget(arn);
      });
    },
    settleEndpoint(scope, runtimeId, name) {
      emulator().background(async (signal) => {
        await delay(emulator().stateDelayMs, signal);
        if (!signal.aborted) finishEndpoint(emulator(), scope, runtimeId, name);
      });
    },
    removeEndpoint(scope, runtimeId, name) {
      emulator().background(async (signal) => {
        await delay(emulator().stateDelayMs, signal);
        if (!signal.aborted) finishEndpointDeletion(emulator(), scope, runtimeId, name);
      });
    },
    async use(scope, { runtimeId, version, endpoint, sessionId }, work) {
      const item = requireVersion(emulator().store, scope, runtimeId, version);
      const key = { agentRuntimeArn: runtimeArn(scope, runtimeId), sessionId };
      logs.open(key, endpoint);
      try {
        return await work(await spec(scope, runtimeId, item, sessionId));
      } catch (error) {
        if (!sessions.isLive(scope, runtimeId, sessionId)) logs.forget(key);
        throw error;
      }
    },
    invoke: (scope, target, request) => sessions.use(scope, target, (made) => host.invoke(made, request)),
    stop: (scope, runtimeId, sessionId) => host.stop({ agentRuntimeArn: runtimeArn(scope, runtimeId), version: '', sessionId }),
    isLive(scope, runtimeId, sessionId) {
      const arn = runtimeArn(scope, runtimeId);
      return host.list().some(({ key }) => key.sessionId === sessionId && key.agentRuntimeArn === arn);
    },
    resume() {
      const { items } = emulator().store;
      for (const { accountId, region, value } of items.all<RuntimeItem>(RUNTIME)) {
        const scope = { accountId, region };
        if (value.deleting) {
          sessions.tearDown(scope, value.runtimeId);
          continue;
        }
        for (const { value: version } of items.list<VersionItem>(RUNTIME_VERSION, scope, { prefix: `${value.runtimeId}/` })) {
          if (version.status === 'CREATING' || version.status === 'UPDATING') sessions.bringUp(scope, value.runtimeId, version.version);
        }
        for (const endpoint of listEndpoints(emulator().store, scope, value.runtimeId)) resumeEndpoint(scope, value.runtimeId, endpoint);
      }
    },
  };
  return sessions;

  function resumeEndpoint(scope: Scope, runtimeId: string, endpoint: EndpointItem): void {
    if (endpoint.name === 'DEFAULT') return;
    if (endpoint.status === 'CREATING' || endpoint.status === 'UPDATING') sessions.settleEndpoint(scope, runtimeId, endpoint.name);
    if (endpoint.status === 'DELETING') sessions.removeEndpoint(scope, runtimeId, endpoint.name);
  }

  /** Starts the agent once, as the platform does before it calls a version READY. Answers why it cannot be, if it cannot. */
  async function probe(scope: Scope, runtimeId: string, version: VersionItem): Promise<string | undefined> {
    try {
      const probed = await spec(scope, runtimeId, version, PROBE_SESSION);
      await host.prepare(probed.image);
      await host.probe(probed);
      return undefined;
    } catch (error) {
      if (error instanceof SessionError) return error.message;
      throw error;
    }
  }
}

/** Resolves after `ms`, or at once when the emulator stops. */
function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}

/** The version that a qualifier means now. Throws the service's error for an endpoint that is not there or serves nothing yet. */
export function liveVersion(
  emulator: EmulatorServices,
  scope: Scope,
  runtimeId: string,
  qualifier: string,
): { live: number } | { missing: true } | { status: string } {
  const runtime = findRuntime(emulator.store, scope, runtimeId);
  const endpoint = findEndpoint(emulator.store, scope, runtimeId, qualifier);
  // Of a runtime that is being deleted the sessions have ended: one that begins now would outlive it.
  if (!endpoint || !runtime || runtime.deleting) return { missing: true };
  return endpoint.liveVersion === undefined ? { status: endpoint.status } : { live: endpoint.liveVersion };
}
