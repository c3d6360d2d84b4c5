import {
  invalidType,
  invalidValue,
  readBoolean,
  readContent,
  readInteger,
  readObject,
  readStreamOptions,
  readString,
  unsupported,
} from './fields.ts';
import type { JsonObject } from './fields.ts';
import { ModelRequestError } from './model-request-error.ts';
import { readFormat, readToolChoice, readTools } from './read-tools.ts';
import type { ModelTask, TurnItem } from './types.ts';

export interface ResponsesTask extends ModelTask {
  store: boolean;
  /** What this request adds to the conversation, without the instructions: they are not carried over. */
  input: TurnItem[];
}

/**
 * Reads the body of POST /responses.
 *
 * @param earlier gives the conversation that `previous_response_id` names, or throws.
 */
export function readResponses(body: JsonObject, earlier: (id: string) => TurnItem[]): ResponsesTask {
  const model = readString(body['model'], 'model');
  if (body['background'] === true) throw unsupported('background', 'background responses');
  if (body['conversation'] !== undefined && body['conversation'] !== null)
    throw unsupported('conversation', 'conversations; use previous_response_id');
  const previous =
    body['previous_response_id'] === undefined || body['previous_response_id'] === null
      ? []
      : earlier(readString(body['previous_response_id'], 'previous_response_id'));
  const instructions =
    body['instructions'] === undefined || body['instructions'] === null ? '' : readString(body['instructions'], 'instructions');
  const input = [...previous, ...readInput(body['input'])];
  refuseUnpaired(input);
  const { tools, toolChoice } = readToolChoice(body['tool_choice'], readTools(body['tools'], 'responses'), 'responses');
  // OpenAI takes no fewer than 16.
  const maxTokens = readInteger(body['max_output_tokens'], 'max_output_tokens', 16);
  const stream = readBoolean(body['stream'], 'stream', false);
  readStreamOptions(body['stream_options'], stream);
  const text = body['text'] === undefined || body['text'] === null ? {} : readObject(body['text'], 'text');
  return {
    model,
    items: instructions === '' ? input : [{ kind: 'system', text: instructions }, ...input],
    input,
    tools,
    toolChoice,
    parallelToolCalls: readBoolean(body['parallel_tool_calls'], 'parallel_tool_calls', true),
    format: readFormat(text['format'], 'text.format', 'responses'),
    stream,
    store: readBoolean(body['store'], 'store', true),
    ...(maxTokens === undefined ? {} : { maxTokens }),
  };
}

function readInput(value: unknown): TurnItem[] {
  if (typeof value === 'string') return [{ kind: 'user', text: value }];
  const entries = value === undefined ? readString(value, 'input') : value;
  if (!Array.isArray(entries)) throw invalidType('input', 'a string or an array of input items', entries);
  return entries.flatMap((entry: unknown, index): TurnItem[] => readItem(readObject(entry, `input[${index}]`), `input[${index}]`));
}

function readItem(item: JsonObject, at: string): TurnItem[] {
  const type = item['type'] === undefined ? 'message' : readString(item['type'], `${at}.type`);
  if (type === 'reasoning') return [];
  if (type === 'function_call') {
    return [
      {
        kind: 'call',
        id: readString(item['call_id'], `${at}.call_id`),
        name: readString(item['name'], `${at}.name`),
        arguments: readString(item['arguments'], `${at}.arguments`),
      },
    ];
  }
  if (type === 'function_call_output') {
    return [{ kind: 'result', id: readString(item['call_id'], `${at}.call_id`), output: readContent(item['output'], `${at}.output`) }];
  }
  if (type !== 'message') throw unsupported(`${at}.type`, `input items of type '${type}'`);
  const role = readString(item['role'], `${at}.role`);
  const text = readContent(item['content'], `${at}.content`);
  if (role === 'system' || role === 'developer') return [{ kind: 'system', text }];
  if (role === 'user' || role === 'assistant') return [{ kind: role, text }];
  throw invalidValue(`${at}.role`, `Invalid value: '${role}'. Supported values are: 'assistant', 'system', 'developer', and 'user'.`);
}

function refuseUnpaired(items: TurnItem[]): void {
  const called = new Set<string>();
  const open = new Set<string>();
  for (const item of items) {
    if (item.kind === 'call') {
      called.add(item.id);
      open.add(item.id);
    } else if (item.kind === 'result') {
      if (!called.has(item.id)) {
        throw new ModelRequestError(400, `No tool call found for function call output with call_id ${item.id}.`, { param: 'input' });
      }
      open.delete(item.id);
    }
  }
  const [unanswered] = open;
  if (unanswered !== undefined)
    throw new ModelRequestError(400, `No tool output found for function call ${unanswered}.`, { param: 'input' });
}
