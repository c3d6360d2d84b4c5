import { randomUUID } from 'node:crypto';
import type { Authorizer } from '../../authorization/create-authorizer.ts';
import type { EmulatorServices } from '../../emulator-services.ts';
import { AwsError } from '../../gateway/aws-error.ts';
import type { SessionEvent, SessionKey } from '../../sessions/types.ts';
import type { Scope } from '../../store/items.ts';
import { appendEvents } from '../logs/append-events.ts';
import { LOG_GROUP, LOG_STREAM, logStreamArn, streamId, type LogGroupItem, type LogStreamItem } from '../logs/log-items.ts';
import { runtimeArn } from './arns.ts';
import { assumableRole, executionPrincipal } from './execution-role.ts';
import { DEFAULT_ENDPOINT, RUNTIME, RUNTIME_VERSION, versionId, type VersionItem } from './runtime-items.ts';

/** Takes what agents print to CloudWatch Logs. */
export interface AgentLogs {
  /** Creates the group of a runtime's DEFAULT endpoint, which on AWS is there seconds after the runtime, before it is called. */
  prepare(scope: Scope, runtimeId: string, version: string): void;
  /** Says by which endpoint a session was called: its log group is named after it. */
  open(key: Key, endpoint: string): void;
  /** Forgets a session that never came to be. */
  forget(key: Key): void;
  handle(event: SessionEvent): void;
  /** Writes what is still held back. */
  flush(): void;
}

type Key = Pick<SessionKey, 'agentRuntimeArn' | 'sessionId'>;

interface Stream {
  group: string;
  name: string;
  /** The version that runs in the session: its execution role is the one that writes. */
  version: string;
  lines: { timestamp: number; message: string }[];
}

/** The session of an agent that is started once to see whether it comes up. */
export const PROBE_SESSION = 'readiness-probe-00000000000000000000';
/** Lines are written together: one transaction each would cost a chatty agent more than the printing. */
const FLUSH_MS = 50;
/** So many at once keep nobody waiting, in one transaction. */
const FLUSH_LINES = 1_000;
/** Where AWS's own telemetry goes. The emulator writes none. */
const OTEL_STREAM = 'otel-rt-logs';
const groupOf = (runtimeId: string, endpoint: string) => `/aws/bedrock-agentcore/runtimes/${runtimeId}-${endpoint}`;
/** CloudWatch takes no event without a message. */
const EMPTY_LINE = ' ';

/**
 * As the real platform does it: into `/aws/bedrock-agentcore/runtimes/<id>-<endpoint>`, a stream named after each session, with the permissions of the execution
 * role. A role that may not write logs has none. A group that was deleted is made again by the next line.
 */
export function createAgentLogs({
  emulator,
  authorizer,
  onFault,
}: {
  emulator: () => EmulatorServices;
  authorizer: Authorizer;
  onFault(error: unknown): void;
}): AgentLogs {
  const streams = new Map<string, Stream>();
  let timer: NodeJS.Timeout | undefined;
  const nameOf = ({ agentRuntimeArn, sessionId }: Key) => `${agentRuntimeArn}\n${sessionId}`;

  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    for (const [name, stream] of streams) {
      try {
        if (stream.lines.length > 0) write(name.split('\n', 1)[0]!, stream);
      } catch (error) {
        // That lines cannot be kept is no reason to end the agent that prints them, or the emulator.
        onFault(error);
      }
    }
  };

  const open = (key: Key, endpoint: string): Stream => {
    const known = streams.get(nameOf(key));
    if (known) return known;
    const day = emulator().now().toISOString().slice(0, 10).replaceAll('-', '/');
    const stream: Stream = {
      group: groupOf(parse(key.agentRuntimeArn).runtimeId, endpoint),
      // Names of streams hold neither of these, ids of sessions may.
      name: `${day}/[runtime-logs-${key.sessionId.replaceAll(/[:*]/g, '_')}]${randomUUID()}`,
      version: '',
      lines: [],
    };
    streams.set(nameOf(key), stream);
    return stream;
  };

  return {
    flush,
    prepare(scope, runtimeId, version) {
      const { store, now } = emulator();
      const group = groupOf(runtimeId, DEFAULT_ENDPOINT);
      const create = (kind: string, id: string, needed: { action: string; resources: string[] }, item: LogGroupItem | LogStreamItem) => {
        if (!store.items.get(kind, scope, id) && may(scope, runtimeId, version, [needed])) store.items.put(kind, scope, id, item);
      };
      const createdAt = now().getTime();
      store.transaction(() => {
        const creation = { action: 'logs:CreateLogGroup', resources: [logStreamArn(scope, group, '')] };
        create(LOG_GROUP, group, creation, { createdAt, tags: {} });
        if (!store.items.get(LOG_GROUP, scope, group)) return;
        const stream = { action: 'logs:CreateLogStream', resources: [logStreamArn(scope, group, OTEL_STREAM)] };
        create(LOG_STREAM, streamId(group, OTEL_STREAM), stream, { createdAt });
      });
    },
    open: (key, endpoint) => void open(key, endpoint),
    forget: (key) => void streams.delete(nameOf(key)),
    handle({ key, ...event }) {
      // What an agent printed when it was only tried out is in the reason of a failure.
      if (key.sessionId === PROBE_SESSION) return;
      if (event.type === 'output') {
        // A session that begins while the one before it with its id is still ending was opened already, and closed with that one.
        const stream = open(key, DEFAULT_ENDPOINT);
        stream.version = key.version;
        stream.lines.push({ timestamp: event.at, message: event.line === '' ? EMPTY_LINE : event.line });
        if (stream.lines.length >= FLUSH_LINES) flush();
        else timer ??= setTimeout(flush, FLUSH_MS).unref();
      }
      if (event.type === 'ended') {
        flush();
        streams.delete(nameOf(key));
      }
    },
  };

  function write(agentRuntimeArn: string, stream: Stream): void {
    const lines = stream.lines.splice(0);
    const { scope, runtimeId } = parse(agentRuntimeArn);
    const { store, now } = emulator();
    // Of a runtime that is gone nothing is kept: its last lines must not make a group again that was just deleted.
    if (!store.items.get(RUNTIME, scope, runtimeId)) return;
    store.transaction(() => {
      if (!mayWrite(scope, runtimeId, stream)) return;
      const createdAt = now().getTime();
      const known = store.items.get<LogGroupItem>(LOG_GROUP, scope, stream.group);
      const item: LogGroupItem = known ?? { createdAt, tags: {} };
      if (!known) store.items.put(LOG_GROUP, scope, stream.group, item);
      const id = streamId(stream.group, stream.name);
      if (!store.items.get(LOG_STREAM, scope, id)) store.items.put(LOG_STREAM, scope, id, { createdAt } satisfies LogStreamItem);
      appendEvents(emulator(), scope, { group: stream.group, item, stream: stream.name }, lines);
    });
  }

  function mayWrite(scope: Scope, runtimeId: string, { group, name, version }: Stream): boolean {
    const { store } = emulator();
    return may(scope, runtimeId, version, [
      ...(store.items.get(LOG_GROUP, scope, group) ? [] : [{ action: 'logs:CreateLogGroup', resources: [logStreamArn(scope, group, '')] }]),
      ...(store.items.get(LOG_STREAM, scope, streamId(group, name))
        ? []
        : [{ action: 'logs:CreateLogStream', resources: [logStreamArn(scope, group, name)] }]),
      { action: 'logs:PutLogEvents', resources: [logStreamArn(scope, group, name)] },
    ]);
  }

  /** Whether the execution role of a version may do all of this. */
  function may(scope: Scope, runtimeId: string, version: string, needed: readonly { action: string; resources: string[] }[]): boolean {
    const { items } = emulator().store;
    const running = items.get<VersionItem>(RUNTIME_VERSION, scope, versionId(runtimeId, Number(version)));
    const role = assumableRole(emulator(), scope, running?.configuration.roleArn ?? '', runtimeArn(scope, runtimeId));
    if (!role) return false;
    const caller = { principal: executionPrincipal(role, 'logs'), sessionPolicies: [] };
    try {
      for (const access of needed) authorizer.require(caller, { ...access, context: {} });
      return true;
    } catch (error) {
      if (error instanceof AwsError) return false;
      throw error;
    }
  }
}

function parse(agentRuntimeArn: string): { scope: Scope; runtimeId: string } {
  const [, , , region = '', accountId = '', resource = ''] = agentRuntimeArn.split(':');
  return { scope: { accountId, region }, runtimeId: resource.slice('runtime/'.length) };
}
