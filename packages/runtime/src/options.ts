import type { IncomingMessage, ServerResponse } from 'node:http';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { WebSocket } from 'ws';
import type { InvocationContext } from './context.ts';
import type { LogLevel, LogSink } from './logger.ts';
import type { PingStatus } from './ping.ts';

/** A request on its way through middleware. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The path without its query. */
  readonly path: string;
  /** The `context.state` of the handler. */
  readonly state: Record<string, unknown>;
}

/** Runs around every HTTP request, but not around WebSocket handshakes: `next()` answers it, a response that is ended instead is the answer. */
export type Middleware = (exchange: Exchange, next: () => Promise<void>) => void | Promise<void>;

/** What one connection or request may take. */
export interface Limits {
  /** Bytes of a request's body and of a WebSocket message. Default: 100 MB, the platform's. */
  bodyBytes?: number;
  /** Bytes of a request's headers. Default: 64 KiB; tokens are long. */
  headerBytes?: number;
  /** Milliseconds for a request's headers to arrive. Default: 20 s. */
  headersTimeout?: number;
  /** Milliseconds for a whole request to arrive. Default: 15 min, the platform's limit of a call. */
  requestTimeout?: number;
  /** Connections at a time. Default: no limit but the process's. */
  connections?: number;
}

/** What an `AgentCoreApp` is made of. */
export interface AgentCoreAppOptions<Schema extends StandardSchemaV1 = StandardSchemaV1<unknown, unknown>> {
  /** What a payload must be, in any library of the Standard Schema family (zod, valibot, arktype, ...). Without it, `handle` gets any JSON value. */
  request?: Schema;
  /**
   * Answers an invocation: with a value (JSON), an async or plain generator or a ReadableStream (server-sent events), or a `Response`
   * (passed through). An error that it throws is the answer with status 500, or with the error's own `status`.
   */
  handle?(request: StandardSchemaV1.InferOutput<Schema>, context: InvocationContext): unknown;
  /** Turns a body into the payload. Default: UTF-8 JSON, whatever the content type, with 400 for what is not. */
  parse?(body: Buffer, request: IncomingMessage): unknown;
  /** Serves a connection to `/ws`. The context is there in the socket's listeners too. */
  websocket?(socket: WebSocket, context: InvocationContext): void | Promise<void>;
  /** Decides the status of `/ping`; when it fails, the automatic status is given. */
  ping?(): PingStatus | Promise<PingStatus>;
  /** Runs in this order around every HTTP request. */
  middleware?: readonly Middleware[];
  /** Runs before the app listens; where it fails, the app does not start. */
  onStart?(): void | Promise<void>;
  /** Runs when the last request has been answered, before the app ends. */
  onStop?(): void | Promise<void>;
  /** Answers the `_agent_core_app_action` payloads. Default: false. */
  debug?: boolean;
  /** Says HealthyBusy while an invocation or a WebSocket is open, so that the platform does not end a session in the middle of one. Default: false. */
  busyWhileInFlight?: boolean;
  /** Milliseconds that a shutdown waits for open requests. Default: 10 s. */
  drainTimeout?: number;
  /** Default level: LOG_LEVEL, else info. Default sink: stdout. `requests: false` leaves out the line of each request that ended well. `false`: no logs. */
  log?: false | { level?: LogLevel; sink?: LogSink; requests?: boolean };
  limits?: Limits;
}

/** Where to listen. */
export interface ListenOptions {
  /** 0 takes a free one. Default: PORT, else 8080, the contract's. */
  port?: number;
  /** Default: 0.0.0.0 in a container (DOCKER_CONTAINER or /.dockerenv), else 127.0.0.1. */
  host?: string;
}
