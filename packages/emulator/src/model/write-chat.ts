import { randomId } from './random-id.ts';
import { splitArguments, splitWords } from './split-words.ts';
import type { Completion, ModelUsage } from './types.ts';

interface ChatReply {
  completion: Completion;
  model: string;
  /** Seconds since 1970. */
  created: number;
}

/** The JSON body of a chat completion. */
export function chatBody({ completion, model, created }: ChatReply): object {
  const { text, calls, finish } = completion;
  return {
    id: `chatcmpl-${randomId(29)}`,
    object: 'chat.completion',
    created,
    model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: calls.length > 0 ? null : text,
          refusal: null,
          annotations: [],
          ...(calls.length > 0
            ? { tool_calls: calls.map(({ id, name, arguments: json }) => ({ id, type: 'function', function: { name, arguments: json } })) }
            : {}),
        },
        logprobs: null,
        finish_reason: finish,
      },
    ],
    usage: chatUsage(completion.usage),
    service_tier: 'default',
    system_fingerprint: null,
  };
}

/**
 * The chunks of a streamed chat completion: the role, then words or tool calls (the id and name of a call in its first chunk, each with its
 * index), then the finish reason, then, where it is asked for, the usage in a chunk without choices.
 */
export function* chatEvents({ completion, model, created, includeUsage }: ChatReply & { includeUsage: boolean }): Generator<string> {
  const { text, calls, finish } = completion;
  const head = {
    id: `chatcmpl-${randomId(29)}`,
    object: 'chat.completion.chunk',
    created,
    model,
    service_tier: 'default',
    system_fingerprint: null,
  };
  const event = (choices: object[], usage: object | null): string =>
    `data: ${JSON.stringify({ ...head, choices, ...(includeUsage ? { usage } : {}) })}\n\n`;
  const chunk = (delta: object, finishReason: string | null = null): string =>
    event([{ index: 0, delta, logprobs: null, finish_reason: finishReason }], null);

  yield chunk({ role: 'assistant', content: calls.length > 0 ? null : '', refusal: null });
  for (const word of splitWords(text)) yield chunk({ content: word });
  for (const [index, { id, name, arguments: json }] of calls.entries()) {
    yield chunk({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] });
    for (const piece of splitArguments(json)) yield chunk({ tool_calls: [{ index, function: { arguments: piece } }] });
  }
  yield chunk({}, finish);
  if (includeUsage) yield event([], chatUsage(completion.usage));
  yield 'data: [DONE]\n\n';
}

function chatUsage({ inputTokens, outputTokens, totalTokens }: ModelUsage): object {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: totalTokens,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0, accepted_prediction_tokens: 0, rejected_prediction_tokens: 0 },
  };
}
