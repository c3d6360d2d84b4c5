import type { JsonObject } from './fields.ts';
import { ModelRequestError } from './model-request-error.ts';
import type { TurnItem } from './types.ts';

interface Stored {
  /** Fingerprint of the key that made it: another key does not find it. */
  owner: string;
  body: JsonObject;
  conversation: TurnItem[];
  size: number;
}

export interface ResponseStore {
  put(owner: string, body: JsonObject, conversation: TurnItem[]): void;
  get(owner: string, id: string): JsonObject;
  /** The conversation up to and with a response, for `previous_response_id`. */
  conversation(owner: string, id: string): TurnItem[];
  delete(owner: string, id: string): void;
}

/** Responses asked to be stored, in memory: they end with the process, and the oldest go first when `limit` characters are full. */
export function createResponseStore(limit: number): ResponseStore {
  const stored = new Map<string, Stored>();
  let size = 0;
  const find = (owner: string, id: string): Stored | undefined => {
    const entry = stored.get(id);
    return entry?.owner === owner ? entry : undefined;
  };
  const remove = (id: string): void => {
    size -= stored.get(id)?.size ?? 0;
    stored.delete(id);
  };
  return {
    put(owner, body, conversation) {
      const entry = { owner, body, conversation, size: JSON.stringify(body).length + JSON.stringify(conversation).length };
      stored.set(String(body['id']), entry);
      size += entry.size;
      for (const id of stored.keys()) {
        if (size <= limit) break;
        remove(id);
      }
    },
    get(owner, id) {
      const entry = find(owner, id);
      if (!entry) throw notFound(id);
      return entry.body;
    },
    conversation(owner, id) {
      const entry = find(owner, id);
      if (entry) return entry.conversation;
      throw new ModelRequestError(400, `Previous response with id '${id}' not found.`, {
        code: 'previous_response_not_found',
        param: 'previous_response_id',
      });
    },
    delete(owner, id) {
      if (!find(owner, id)) throw notFound(id);
      remove(id);
    },
  };
}

function notFound(id: string): ModelRequestError {
  return new ModelRequestError(404, `Response with id '${id}' not found.`);
}
