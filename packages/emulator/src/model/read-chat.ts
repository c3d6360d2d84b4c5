import {
  invalidType,
  invalidValue,
  isGiven,
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
import { onlyWithTools, readFormat, readToolChoice, readTools } from './read-tools.ts';
import type { ModelTask, TurnItem } from './types.ts';

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool'];

/** Reads the body of POST /chat/completions, and refuses what OpenAI refuses. */
export function readChat(body: JsonObject): ModelTask & { includeUsage: boolean } {
  const model = readString(body['model'], 'model');
  const items = readMessages(body['messages']);
  const count = readInteger(body['n'], 'n', 1) ?? 1;
  if (count > 1) throw unsupported('n', 'more than one choice');
  refuseReasoning(model, body);
  const { tools, toolChoice } = readToolChoice(body['tool_choice'], readTools(body['tools'], 'chat'), 'chat');
  const maxTokens =
    readInteger(body['max_completion_tokens'], 'max_completion_tokens', 1) ?? readInteger(body['max_tokens'], 'max_tokens', 1);
  const stream = readBoolean(body['stream'], 'stream', false);
  const options = readStreamOptions(body['stream_options'], stream);
  const parallelToolCalls = readBoolean(body['parallel_tool_calls'], 'parallel_tool_calls', true);
  if (tools.length === 0 && isGiven(body['parallel_tool_calls'])) throw onlyWithTools('parallel_tool_calls');
  return {
    model,
    items,
    tools,
    toolChoice,
    parallelToolCalls,
    format: readFormat(body['response_format'], 'response_format', 'chat'),
    stream,
    includeUsage: readBoolean(options['include_usage'], 'stream_options.include_usage', false),
    ...(maxTokens === undefined ? {} : { maxTokens }),
  };
}

/** What models that reason do not take. Later ones take a temperature where they are told not to reason. */
function refuseReasoning(model: string, body: JsonObject): void {
  if (/^(?:o\d|gpt-5)/.test(model) && isGiven(body['max_tokens']))
    throw new ModelRequestError(
      400,
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      { code: 'unsupported_parameter', param: 'max_tokens' },
    );
  const temperature = body['temperature'];
  if (/^(?:o\d|gpt-5(?!\.))/.test(model) && isGiven(temperature) && temperature !== 1)
    throw new ModelRequestError(
      400,
      `Unsupported value: 'temperature' does not support ${String(temperature).slice(0, 40)} with this model. Only the default (1) value is supported.`,
      { code: 'unsupported_value', param: 'temperature' },
    );
}

function readMessages(value: unknown): TurnItem[] {
  const messages = value === undefined ? readString(value, 'messages') : value;
  if (!Array.isArray(messages)) throw invalidType('messages', 'an array of objects', messages);
  if (messages.length === 0) {
    throw new ModelRequestError(
      400,
      "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
      {
        code: 'empty_array',
        param: 'messages',
      },
    );
  }
  const items: TurnItem[] = [];
  let open = new Set<string>();
  for (const [index, entry] of messages.entries()) {
    const at = `messages[${index}]`;
    const message = readObject(entry, at);
    const role = readString(message['role'], `${at}.role`);
    if (!ROLES.includes(role)) {
      throw invalidValue(`${at}.role`, `Invalid value: '${role}'. Supported values are: ${ROLES.map((name) => `'${name}'`).join(', ')}.`);
    }
    if (role === 'tool') {
      const id = readString(message['tool_call_id'], `${at}.tool_call_id`);
      if (!open.delete(id)) {
        throw new ModelRequestError(
          400,
          "Invalid parameter: messages with role 'tool' must be a response to a preceding message with 'tool_calls'.",
          {
            param: `${at}.role`,
          },
        );
      }
      items.push({ kind: 'result', id, output: readContent(message['content'], `${at}.content`) });
      continue;
    }
    refuseOpenCalls(open, `${at}.role`);
    const text = readContent(message['content'], `${at}.content`);
    if (role !== 'assistant') {
      items.push({ kind: role === 'user' ? 'user' : 'system', text });
      continue;
    }
    if (text !== '') items.push({ kind: 'assistant', text });
    const calls = readCalls(message['tool_calls'], `${at}.tool_calls`);
    items.push(...calls);
    open = new Set(calls.map(({ id }) => id));
  }
  refuseOpenCalls(open, 'messages');
  return items;
}

function readCalls(value: unknown, at: string): Extract<TurnItem, { kind: 'call' }>[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalidType(at, 'an array of objects', value);
  return value.map((entry: unknown, index) => {
    const call = readObject(entry, `${at}[${index}]`);
    const called = readObject(call['function'], `${at}[${index}].function`);
    return {
      kind: 'call',
      id: readString(call['id'], `${at}[${index}].id`),
      name: readString(called['name'], `${at}[${index}].function.name`),
      arguments: readString(called['arguments'], `${at}[${index}].function.arguments`),
    };
  });
}

function refuseOpenCalls(open: Set<string>, param: string): void {
  if (open.size === 0) return;
  throw new ModelRequestError(
    400,
    `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${[...open].join(', ')}`,
    { param },
  );
}
