import type { OpenAI } from 'openai';
import { describe, expect, test } from 'vitest';
import { CHAT_TOOLS, MODEL, client, user } from './openai-fixtures.ts';
import { withModelServer } from './with-model-server.ts';

describe('chat completions', () => {
  test('a greeting is answered with text and usage', async () => {
    await using server = await withModelServer();
    const reply = await client(server.origin).chat.completions.create({ model: MODEL, messages: user('Hello') });
    expect(reply.choices[0]).toMatchObject({ finish_reason: 'stop', message: { role: 'assistant' } });
    expect(reply.choices[0]?.message.content).toMatch(/^Hello! /);
    expect(reply.id).toMatch(/^chatcmpl-/);
    expect(reply.usage!.total_tokens).toBe(reply.usage!.prompt_tokens + reply.usage!.completion_tokens);
  });

  test('weather in two cities and a sum become three parallel calls, and their results the answer', async () => {
    await using server = await withModelServer();
    const openai = client(server.origin);
    const messages: OpenAI.ChatCompletionMessageParam[] = user('What is the weather in Paris and Oslo? And how much is 2 x 2?');
    const first = await openai.chat.completions
      .stream({ model: MODEL, messages, tools: CHAT_TOOLS, stream_options: { include_usage: true } })
      .finalChatCompletion();
    const calls = first.choices[0]!.message.tool_calls!;
    expect(first.choices[0]!.finish_reason).toBe('tool_calls');
    expect(first.usage!.completion_tokens).toBeGreaterThan(0);
    expect(calls.map((call) => call.type === 'function' && [call.function.name, JSON.parse(call.function.arguments)])).toEqual([
      ['weather', { city: 'Paris' }],
      ['weather', { city: 'Oslo' }],
      ['calculator', { expression: '2 * 2' }],
    ]);
    const results = ['sunny, 21 °C', '{"city":"Oslo","condition":"rain","temperatureC":4}', '4'];
    const answers = calls.map(({ id }, index) => ({ role: 'tool' as const, tool_call_id: id, content: results[index]! }));
    const second = await openai.chat.completions.create({
      model: MODEL,
      messages: [...messages, first.choices[0]!.message, ...answers],
      tools: CHAT_TOOLS,
    });
    expect(second.choices[0]!.message.content).toBe('The weather in Paris: sunny, 21 °C. The weather in Oslo: rain, 4 °C. 2 * 2 = 4.');
    expect(server.model.requests()).toMatchObject([
      {
        path: '/v1/chat/completions',
        model: MODEL,
        stream: true,
        status: 200,
        toolCalls: { length: 3 },
        toolResults: 0,
        finish: 'tool_calls',
      },
      { stream: false, toolCalls: [], toolResults: 3, finish: 'stop' },
    ]);
  });

  test('without parallel calls there is one at a time, until none is left', async () => {
    await using server = await withModelServer();
    const openai = client(server.origin);
    const messages: OpenAI.ChatCompletionMessageParam[] = user('Weather in Paris, Oslo and Rome?');
    const cities: string[] = [];
    for (;;) {
      const { choices } = await openai.chat.completions.create({ model: MODEL, messages, tools: CHAT_TOOLS, parallel_tool_calls: false });
      const { message } = choices[0]!;
      messages.push(message);
      if (!message.tool_calls) break;
      expect(message.tool_calls).toHaveLength(1);
      const [call] = message.tool_calls;
      if (call?.type !== 'function') throw new Error('not a function call');
      cities.push((JSON.parse(call.function.arguments) as { city: string }).city);
      messages.push({ role: 'tool', tool_call_id: call.id, content: 'sunny' });
    }
    expect(cities).toEqual(['Paris', 'Oslo', 'Rome']);
  });

  test('tool_choice is obeyed: none, required, and a function by name', async () => {
    await using server = await withModelServer();
    const openai = client(server.origin);
    const ask = async (question: string, choice: OpenAI.ChatCompletionToolChoiceOption) =>
      (await openai.chat.completions.create({ model: MODEL, messages: user(question), tools: CHAT_TOOLS, tool_choice: choice }))
        .choices[0]!;
    expect((await ask('How much is 2 x 2?', 'none')).message).toMatchObject({ content: '2 * 2 = 4.' });
    expect((await ask('Hello', 'required')).message.tool_calls).toHaveLength(1);
    const named = await ask('Weather in Rome and 3 + 4?', { type: 'function', function: { name: 'calculator' } });
    expect(named.message.tool_calls).toMatchObject([{ function: { name: 'calculator', arguments: '{"expression":"3 + 4"}' } }]);
  });

  test('a token limit cuts the text and says so', async () => {
    await using server = await withModelServer();
    const reply = await client(server.origin).chat.completions.create({ model: MODEL, messages: user('Hello'), max_completion_tokens: 3 });
    expect(reply.choices[0]).toMatchObject({ finish_reason: 'length' });
    expect(reply.usage?.completion_tokens).toBe(3);
  });

  test('only the current turn is planned', async () => {
    await using server = await withModelServer();
    const history = [...user('Weather in Paris?'), { role: 'assistant' as const, content: 'Sunny.' }, ...user('Hello')];
    const reply = await client(server.origin).chat.completions.create({ model: MODEL, messages: history, tools: CHAT_TOOLS });
    expect(reply.choices[0]!.message.tool_calls).toBeUndefined();
  });

  test('a question for the weather without a city looks at the city of the instructions, or at Seoul, and says that it assumed it', async () => {
    await using server = await withModelServer();
    const openai = client(server.origin);
    const cityFor = async (system: string) => {
      const messages = [{ role: 'system' as const, content: system }, ...user('What is the weather now?')];
      const { choices } = await openai.chat.completions.create({ model: MODEL, messages, tools: CHAT_TOOLS });
      const call = choices[0]!.message.tool_calls![0]!;
      const answered = await openai.chat.completions.create({
        model: MODEL,
        messages: [...messages, choices[0]!.message, { role: 'tool', tool_call_id: call.id, content: 'sunny' }],
        tools: CHAT_TOOLS,
      });
      return answered.choices[0]!.message.content;
    };
    expect(await cityFor('You are helpful.')).toBe('You did not name a city, so I looked at Seoul. The weather in Seoul: sunny.');
    expect(await cityFor('The user lives in Busan.')).toBe('You did not name a city, so I looked at Busan. The weather in Busan: sunny.');
  });

  test('a JSON schema shapes the answer', async () => {
    await using server = await withModelServer();
    const schema = {
      type: 'object',
      properties: { name: { type: 'string' }, age: { type: 'integer' }, level: { enum: ['low', 'high'] } },
      required: ['name', 'age', 'level'],
    };
    const reply = await client(server.origin).chat.completions.create({
      model: MODEL,
      messages: user('"Ada" is 36, high'),
      response_format: { type: 'json_schema', json_schema: { name: 'person', schema } },
    });
    expect(JSON.parse(reply.choices[0]!.message.content!)).toEqual({ name: 'Ada', age: 36, level: 'high' });
  });
});
