import type { OpenAI } from 'openai';
import { describe, expect, test } from 'vitest';
import { MODEL, RESPONSES_TOOLS, client, user } from './openai-fixtures.ts';
import { withModelServer } from './with-model-server.ts';

describe('responses', () => {
  test('streams every event in order, numbered, and the accumulated response is the final one', async () => {
    await using server = await withModelServer();
    const stream = client(server.origin).responses.stream({ model: MODEL, input: 'Hello' });
    const types: string[] = [];
    const numbers: number[] = [];
    for await (const event of stream) {
      if (types.at(-1) !== event.type) types.push(event.type);
      numbers.push(event.sequence_number);
    }
    expect(types).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(numbers).toEqual(numbers.map((_, index) => index));
    const final = await stream.finalResponse();
    expect(final.output_text).toMatch(/^Hello! /);
    expect(final).toMatchObject({ status: 'completed', usage: { input_tokens: expect.any(Number) } });
  });

  test('function calls stream with their ids, and their outputs come back as the answer', async () => {
    await using server = await withModelServer();
    const openai = client(server.origin);
    const input: OpenAI.Responses.ResponseInputItem[] = user('Weather in Paris and Oslo?');
    const first = await openai.responses.stream({ model: MODEL, input, tools: RESPONSES_TOOLS }).finalResponse();
    const calls = first.output.filter((item) => item.type === 'function_call');
    expect(calls.map(({ arguments: json }) => json)).toEqual(['{"city":"Paris"}', '{"city":"Oslo"}']);
    const outputs = calls.map((call) => ({ type: 'function_call_output' as const, call_id: call.call_id, output: 'cloudy' }));
    const bare = calls.map(({ call_id, name, arguments: json }) => ({ type: 'function_call' as const, call_id, name, arguments: json }));
    const second = await openai.responses.create({ model: MODEL, input: [...input, ...bare, ...outputs], tools: RESPONSES_TOOLS });
    expect(second.output_text).toBe('The weather in Paris: cloudy. The weather in Oslo: cloudy.');
  });

  test('previous_response_id continues a stored response of the same key, and nothing else', async () => {
    await using server = await withModelServer({ isValidKey: () => true });
    const openai = client(server.origin);
    const first = await openai.responses.create({ model: MODEL, input: '3 * 4', tools: RESPONSES_TOOLS });
    const [call] = first.output;
    if (call?.type !== 'function_call') throw new Error('not a function call');
    const input = [{ type: 'function_call_output' as const, call_id: call.call_id, output: '12' }];
    const second = await openai.responses.create({ model: MODEL, previous_response_id: first.id, input, tools: RESPONSES_TOOLS });
    expect(second.output_text).toBe('3 * 4 = 12.');
    expect(await openai.responses.retrieve(first.id)).toMatchObject({ id: first.id, status: 'completed' });
    const stranger = client(server.origin, { apiKey: 'sk-another-key-0123456789' });
    await expect(stranger.responses.create({ model: MODEL, previous_response_id: first.id, input })).rejects.toMatchObject({
      status: 400,
      code: 'previous_response_not_found',
    });
    await expect(stranger.responses.retrieve(first.id)).rejects.toMatchObject({ status: 404 });
    const unstored = await openai.responses.create({ model: MODEL, input: 'Hello', store: false });
    await expect(openai.responses.retrieve(unstored.id)).rejects.toMatchObject({ status: 404 });
    await openai.responses.delete(first.id);
    await expect(openai.responses.retrieve(first.id)).rejects.toMatchObject({ status: 404 });
  });

  test('a token limit makes the response incomplete', async () => {
    await using server = await withModelServer();
    const openai = client(server.origin);
    const reply = await openai.responses.stream({ model: MODEL, input: 'Tell me a story', max_output_tokens: 16 }).finalResponse();
    expect(reply).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      usage: { output_tokens: 16 },
    });
    await expect(openai.responses.create({ model: MODEL, input: 'Hi', max_output_tokens: 5 })).rejects.toMatchObject({
      status: 400,
      code: 'integer_below_min_value',
    });
  });
});
