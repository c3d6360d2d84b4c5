import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ModelRoute } from './find-route.ts';
import type { Fault } from './read-fault.ts';
import type { ModelRequestRecord } from './request-log.ts';
import type { ResponseStore } from './response-store.ts';

/** What stays the same from request to request. */
export interface StandInSettings {
  isValidKey(key: string): boolean;
  models: readonly string[];
  now(): number;
  delayMs: number;
  bodyLimit: number;
  store: ResponseStore;
}

/** One request, its answer, and what will be remembered of them. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  route: ModelRoute;
  record: ModelRequestRecord;
  /** Aborted when the client goes away. */
  signal: AbortSignal;
  fault: Fault | undefined;
  /** Writes the record, once. */
  finish(): void;
}
