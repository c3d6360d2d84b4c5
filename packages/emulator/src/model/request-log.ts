import type { ModelUsage } from './types.ts';

/** What is remembered of a request to the model: never a key, never a prompt. */
export interface ModelRequestRecord {
  /** ISO 8601, when the request came in. */
  at: string;
  /** Without the query string. */
  path: string;
  model?: string;
  stream: boolean;
  /** Status answered; 0 when the connection ended before one was. */
  status: number;
  /** The calls that the model asked for in its answer. */
  toolCalls: { name: string; arguments: string }[];
  /** How many tool results of the current turn the request brought along. */
  toolResults: number;
  /** `stop`, `tool_calls`, `length`, `error`, `aborted` (the client left) or the name of the fault. */
  finish: string;
  /** First eight hex digits of the key's SHA-256, empty without a key. */
  keyFingerprint: string;
  usage: ModelUsage;
}

export interface RequestLog {
  add(record: ModelRequestRecord): void;
  list(): ModelRequestRecord[];
}

/** Keeps the last `keep` records. */
export function createRequestLog(keep: number): RequestLog {
  const records: ModelRequestRecord[] = [];
  return {
    add(record) {
      records.push(record);
      if (records.length > keep) records.shift();
    },
    list: () => records.map((record) => structuredClone(record)),
  };
}
