import type { IncomingMessage } from 'node:http';
import type { Duplex, Readable } from 'node:stream';

/** One layer of an image, as its manifest names it. `open` is called at most once for each layer that is not in the cache yet. */
export interface AgentImageLayer {
  /** `sha256:<hex>` of the bytes that `open` yields; they are checked against it. */
  digest: string;
  /** As in the manifest. Only informative: the compression is told from the first bytes. */
  mediaType: string;
  /** The layer's bytes as they were pushed: plain tar, gzip or zstd. */
  open(): Readable;
}

/** The image configuration document (OCI image-spec, `application/vnd.oci.image.config.v1+json`), parsed and otherwise untouched. */
export interface OciImageConfig {
  architecture: string;
  os: string;
  variant?: string;
  config?: {
    Entrypoint?: string[] | null;
    Cmd?: string[] | null;
    Env?: string[] | null;
    WorkingDir?: string;
    User?: string;
    ExposedPorts?: Record<string, unknown> | null;
  };
}

export interface AgentImage {
  /** Digest of the image's manifest. It names the unpacked tree in the cache. */
  digest: string;
  /** Lowest layer first, as in the manifest. */
  layers: readonly AgentImageLayer[];
  config: OciImageConfig;
}

/**
 * Which session is meant. A session is known by its runtime and its id. It stays on the version that it was started with
 * until it ends, also when the runtime is updated in the meantime; `version` only decides what a new one starts as.
 */
export interface SessionKey {
  agentRuntimeArn: string;
  version: string;
  sessionId: string;
}

/** What the container serves. It decides the port of the contract: HTTP 8080, MCP 8000, A2A 9000. */
export type SessionProtocol = 'HTTP' | 'MCP' | 'A2A';

export interface SessionSpec {
  key: SessionKey;
  image: AgentImage;
  /** The runtime's own environment variables, as the caller of CreateAgentRuntime gave them. */
  environment: Record<string, string>;
  /** What the platform sets (AWS_REGION, AWS_CONTAINER_CREDENTIALS_FULL_URI, ...). Wins over the image's and the user's. */
  platform: Record<string, string>;
  /** Seconds without an invocation and without /ping HealthyBusy after which the session ends. */
  idleTimeoutSeconds: number;
  /** Seconds after which the session ends whatever it does. */
  maxLifetimeSeconds: number;
  /** Default: HTTP. */
  protocol?: SessionProtocol;
}

export interface SessionRequest {
  method: string;
  /** With the query string, if any: `/invocations`. */
  path: string;
  headers: Record<string, string | string[]>;
  body: Readable | Buffer;
  /** Aborting it closes the connection to the agent. */
  signal?: AbortSignal;
}

export interface SessionResponse {
  status: number;
  /** As the agent sent them, without those that concern only this hop (connection, transfer-encoding, ...). */
  headers: Record<string, string | string[]>;
  /** The agent's bytes as they come. Destroying it closes the connection to the agent. Fails with a SessionError when the agent dies. */
  body: Readable;
}

export interface SessionCommand {
  /** For `/bin/sh -c`. */
  command: string;
  /** Seconds after which it is ended. Default: 300, as on the real service. */
  timeoutSeconds?: number;
  /** Aborting it ends the command. */
  signal?: AbortSignal;
}

/** What a command does: that it was started, its output as it comes, and at last how it ended (the service's own exit codes and states). */
export type SessionCommandEvent =
  /** The session is up and the command runs. What is wrong with the agent is thrown before this. */
  | { type: 'start' }
  | { type: 'output'; stream: 'stdout' | 'stderr'; text: string }
  | { type: 'exit'; exitCode: number; status: 'COMPLETED' | 'TIMED_OUT' };

/** What `connect` needs of an upgrade request: it can be an IncomingMessage, or one whose headers were rewritten. */
export type SessionUpgrade = Pick<IncomingMessage, 'headers'> & { /** Default: `/ws`. */ path?: string };

export type SessionState = 'starting' | 'ready' | 'stopping';

export interface SessionInfo {
  key: SessionKey;
  state: SessionState;
  imageDigest: string;
  pid: number;
  /** Milliseconds since the epoch. */
  startedAt: number;
  lastActivityAt: number;
  /** Invocations and WebSocket connections under way. */
  inFlight: number;
  isolation: 'none' | 'bubblewrap' | 'container';
}

/** Why a session ended. */
export type SessionEndReason = 'stopped' | 'idle' | 'lifetime' | 'crashed' | 'start-failed' | 'probed';

/** What happens to sessions, in order. Holds no environment and no header. */
export type SessionEvent =
  | { type: 'started'; key: SessionKey; at: number; pid: number; /** From the request to the first healthy /ping. */ ms: number }
  | { type: 'output'; key: SessionKey; at: number; stream: 'stdout' | 'stderr'; line: string }
  | { type: 'ended'; key: SessionKey; at: number; pid: number; reason: SessionEndReason; exitCode: number | null; signal: string | null };

/** One line that an agent wrote. */
export interface OutputLine {
  at: number;
  stream: 'stdout' | 'stderr';
  line: string;
}

export interface SessionHost {
  /**
   * Removes what hosts that are no longer alive left behind, which otherwise the first call of another method does, and, where
   * sessions are containers, runs one. Throws a SessionError ISOLATION_UNAVAILABLE when none can be run.
   */
  open(): Promise<void>;
  /** Unpacks what the cache does not hold yet. Safe to call twice at once, and after a `kill -9` in the middle. */
  prepare(image: AgentImage): Promise<void>;
  /** Starts a process, waits for GET /ping 200 and ends it. Throws a SessionError whose message says what is wrong with the agent. */
  probe(spec: SessionSpec): Promise<void>;
  /** Forwards one request to the session's process, which is started when there is none. Nothing is buffered. */
  invoke(spec: SessionSpec, request: SessionRequest): Promise<SessionResponse>;
  /** Passes a WebSocket through to the session's process. Owns `socket` from then on, and answers it also when the agent refuses. */
  connect(spec: SessionSpec, upgrade: SessionUpgrade, socket: Duplex, head: Buffer): Promise<void>;
  /**
   * Runs a command beside the session's agent, which is started when there is none: with its files, its environment and its
   * isolation. In bubblewrap it does not see the agent's process. Breaking the iteration off ends the command.
   */
  execute(spec: SessionSpec, command: SessionCommand): AsyncIterable<SessionCommandEvent>;
  /** Ends a session; resolves when its process is gone. False where there was none. `key.version` is not looked at. */
  stop(key: SessionKey): Promise<boolean>;
  stopAll(match?: (key: SessionKey) => boolean): Promise<void>;
  /** Throws away what was kept of a runtime that is gone. */
  forget(agentRuntimeArn: string): Promise<void>;
  list(): SessionInfo[];
  /** Whether a session was started from a spec like this and has not ended; probes count as well. */
  isAlive(match: (spec: SessionSpec) => boolean): boolean;
  /** The last lines of a live session. Use `log` to keep all of them. */
  output(key: SessionKey): readonly OutputLine[];
  /** Ends every session and every probe. Nothing can be started afterwards. */
  close(): Promise<void>;
}

/** What keeps agents apart from this machine and from each other. */
export type Isolation = 'auto' | 'none' | 'bubblewrap' | 'container';

export interface SessionHostOptions {
  /** Unpacked layers and images. Can be shared by several hosts, and deleted when none runs. */
  cacheDir: string;
  /** Where each session gets a directory of its own. What hosts that are no longer alive left there is removed. */
  sessionsDir: string;
  log(event: SessionEvent): void;
  /** Milliseconds since the epoch. Default: Date.now. */
  now?(): number;
  /** Seconds of a session's life (idle time-out, lifetime) that pass in one real second. Default: 1. */
  timeScale?: number;
  /** Sessions alive at once. One more is refused with TOO_MANY_SESSIONS. Default: 100. */
  maxSessions?: number;
  /** How long a process may take to answer /ping, in milliseconds. Default: 30,000, as on the real service. */
  startTimeoutMs?: number;
  /** Between SIGTERM and SIGKILL, in milliseconds. Default: 5,000. */
  stopGraceMs?: number;
  /** Unpacked size of an image above which it is refused, in bytes. Default: 4 GiB. */
  maxImageBytes?: number;
  /** `auto` takes bubblewrap where it is installed and works. Default: `none`. */
  isolation?: Isolation;
  /** Of `container`: name on PATH or path of the engine. Default: the first of podman and docker that is on PATH. */
  containerEngine?: string | undefined;
  /** Of `container`: more arguments for the engine's `run`; what stands before a word `--` goes in front of each of its commands instead. */
  containerArguments?: string | undefined;
}
