import type { IncomingMessage } from 'node:http';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { WebSocket } from 'ws';
import type { InvocationContext } from '../context.ts';
import type { LogLevel } from '../logger.ts';
import type { PingStatus } from '../ping.ts';

/** The context of a handler in the shape of the official package, with what ours has beyond it. */
export interface RequestContext extends Omit<InvocationContext, 'sessionId'> {
  /** Empty where the caller named no session. */
  readonly sessionId: string;
}

export type InvocationHandler<Request = unknown> = (request: Request, context: RequestContext) => unknown;
export type WebSocketHandler = (socket: WebSocket, context: RequestContext) => Promise<void> | void;
export type HealthStatus = PingStatus;

/** The tasks that run now, in the official package's names; durations in seconds. */
export interface AsyncTaskStatus {
  activeCount: number;
  runningJobs: { name: string; duration: number }[];
}

type ParserDone = (error: Error | null, body?: unknown) => void;

/** Reads bodies of a content type other than JSON. */
export interface ContentTypeParserConfig {
  contentType: string | string[] | RegExp;
  // A method, so that a parser may declare the body as what its `parseAs` makes of it.
  parser(request: IncomingMessage, body: never, done: ParserDone): unknown;
  /** Default: string. `stream` is given the whole body as a stream. */
  parseAs?: 'string' | 'buffer' | 'stream';
  /** Bytes. */
  bodyLimit?: number;
}

export interface BedrockAgentCoreAppConfig {
  logging?: {
    enabled?: boolean;
    /** True leaves out the line of each request. */
    disableRequestLogging?: boolean | ((request: never) => boolean);
    options?: { level?: string };
  };
  contentTypeParsers?: ContentTypeParserConfig[];
  /** Answers the debug actions; the official package has none. */
  debug?: boolean;
  /** `official` answers as bedrock-agentcore 0.4.4 does, where that differs from the contract. Default: `contract`. */
  wire?: 'contract' | 'official';
}

export interface BedrockAgentCoreAppParams<Schema extends StandardSchemaV1 = StandardSchemaV1<unknown, unknown>> {
  invocationHandler: {
    process: InvocationHandler<StandardSchemaV1.InferOutput<Schema>>;
    requestSchema?: Schema;
  };
  websocketHandler?: WebSocketHandler;
  pingHandler?: () => HealthStatus | Promise<HealthStatus>;
  config?: BedrockAgentCoreAppConfig;
}

/** The level that the official configuration asks for, in our names. */
export function levelOf({ logging }: BedrockAgentCoreAppConfig): LogLevel | undefined {
  const level = logging?.options?.level;
  return level === 'trace' ||
    level === 'debug' ||
    level === 'info' ||
    level === 'warn' ||
    level === 'error' ||
    level === 'fatal' ||
    level === 'silent'
    ? level
    : undefined;
}
