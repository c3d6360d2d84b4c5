import type { JsonObject } from './fields.ts';
import { randomId } from './random-id.ts';
import { splitArguments, splitWords } from './split-words.ts';
import type { Completion, ModelUsage, ToolCall } from './types.ts';

type OutputItem = { id: string; status: string } & (
  | { type: 'message'; role: 'assistant'; content: object[] }
  | { type: 'function_call'; call_id: string; name: string; arguments: string }
);

/** A finished response object of POST /responses; what the request said is repeated in it, as OpenAI does. */
export function responseBody({
  id,
  request,
  completion,
  created,
}: {
  id: string;
  request: JsonObject;
  completion: Completion;
  created: number;
}): JsonObject {
  const incomplete = completion.finish === 'length';
  return {
    ...unfinished({ id, request, created }),
    status: incomplete ? 'incomplete' : 'completed',
    completed_at: incomplete ? null : created,
    incomplete_details: incomplete ? { reason: 'max_output_tokens' } : null,
    output: outputItems(completion),
    usage: responseUsage(completion.usage),
  };
}

function unfinished({ id, request, created }: { id: string; request: JsonObject; created: number }): JsonObject {
  return {
    id,
    object: 'response',
    created_at: created,
    status: 'in_progress',
    background: false,
    completed_at: null,
    error: null,
    incomplete_details: null,
    instructions: request['instructions'] ?? null,
    max_output_tokens: request['max_output_tokens'] ?? null,
    metadata: request['metadata'] ?? {},
    model: request['model'],
    output: [],
    parallel_tool_calls: request['parallel_tool_calls'] ?? true,
    previous_response_id: request['previous_response_id'] ?? null,
    reasoning: { effort: null, summary: null },
    service_tier: 'default',
    store: request['store'] ?? true,
    temperature: request['temperature'] ?? 1,
    text: request['text'] ?? { format: { type: 'text' } },
    tool_choice: request['tool_choice'] ?? 'auto',
    tools: request['tools'] ?? [],
    top_p: request['top_p'] ?? 1,
    truncation: request['truncation'] ?? 'disabled',
    usage: null,
    user: request['user'] ?? null,
  };
}

function outputItems({ text, calls, finish }: Completion): OutputItem[] {
  const last = calls.length - 1;
  const status = (index: number): string => (finish === 'length' && index === last ? 'incomplete' : 'completed');
  if (calls.length > 0) return calls.map((call, index) => callItem(call, status(index)));
  // A limit that no part of the first call fits under leaves no output at all.
  if (text === '' && finish === 'length') return [];
  const id = `msg_${randomId(48)}`;
  return [{ id, type: 'message', status: status(last), role: 'assistant', content: [textPart(text)] }];
}

function callItem({ id, name, arguments: json }: ToolCall, status: string): OutputItem {
  return { id: `fc_${randomId(48)}`, type: 'function_call', status, call_id: id, name, arguments: json };
}

function textPart(text: string): object {
  return { type: 'output_text', annotations: [], logprobs: [], text };
}

/** The events of a streamed response, numbered, in OpenAI's order, ending with response.completed or response.incomplete. */
export function* responseEvents(response: JsonObject, request: JsonObject): Generator<string> {
  let number = 0;
  const event = (type: string, members: object): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: number++, ...members })}\n\n`;
  const start = unfinished({ id: String(response['id']), request, created: Number(response['created_at']) });
  yield event('response.created', { response: start });
  yield event('response.in_progress', { response: start });
  for (const [index, item] of (response['output'] as OutputItem[]).entries()) {
    const at = { item_id: item.id, output_index: index };
    if (item.type === 'message') {
      const text = String((item.content[0] as JsonObject)['text']);
      yield event('response.output_item.added', { output_index: index, item: { ...item, status: 'in_progress', content: [] } });
      yield event('response.content_part.added', { ...at, content_index: 0, part: textPart('') });
      for (const word of splitWords(text))
        yield event('response.output_text.delta', { ...at, content_index: 0, delta: word, logprobs: [] });
      yield event('response.output_text.done', { ...at, content_index: 0, text, logprobs: [] });
      yield event('response.content_part.done', { ...at, content_index: 0, part: textPart(text) });
    } else {
      yield event('response.output_item.added', { output_index: index, item: { ...item, status: 'in_progress', arguments: '' } });
      for (const piece of splitArguments(item.arguments)) yield event('response.function_call_arguments.delta', { ...at, delta: piece });
      yield event('response.function_call_arguments.done', { ...at, name: item.name, arguments: item.arguments });
    }
    yield event('response.output_item.done', { output_index: index, item });
  }
  yield event(`response.${String(response['status'])}`, { response });
}

function responseUsage({ inputTokens, outputTokens, totalTokens }: ModelUsage): object {
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: totalTokens,
  };
}
