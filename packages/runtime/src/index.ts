export { AgentCoreApp, type Listening } from './app.ts';
export { HttpError, RuntimeError, type RuntimeErrorCode } from './errors.ts';
export { sse, type SseEvent, type SseEventInit } from './sse-event.ts';
export type { InvocationContext } from './context.ts';
export type { AgentCoreAppOptions, Exchange, Limits, ListenOptions, Middleware } from './options.ts';
export { BedrockAgentCoreApp } from './official/app.ts';
export type {
  AsyncTaskStatus,
  BedrockAgentCoreAppConfig,
  BedrockAgentCoreAppParams,
  ContentTypeParserConfig,
  HealthStatus,
  InvocationHandler,
  RequestContext,
  WebSocketHandler,
} from './official/types.ts';
export type { Logger, LogFields, LogLevel, LogMethod, LogSink } from './logger.ts';
export type { PingAnswer, PingStatus } from './ping.ts';
export type { AsyncTaskInfo } from './tasks.ts';
