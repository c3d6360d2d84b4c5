import { OpenAI } from 'openai';
import { describe, expect, test } from 'vitest';
import { MODEL, client, user } from './openai-fixtures.ts';
import { KEY, withModelServer } from './with-model-server.ts';

function tool(parameters: object, strict?: boolean): object {
  return { type: 'function', function: { name: 'f', parameters, ...(strict === undefined ? {} : { strict }) } };
}

describe('refusals', () => {
  test('a wrong key gets 401 with its ends only, and the record holds a fingerprint', async () => {
    await using server = await withModelServer();
    const wrong = 'sk-abSECRETSECRETSECRETwxyz';
    const attempt = client(server.origin, { apiKey: wrong }).chat.completions.create({ model: MODEL, messages: user('Hi') });
    await expect(attempt).rejects.toMatchObject({
      status: 401,
      code: 'invalid_api_key',
      message: expect.stringContaining('Incorrect API key provided: sk-ab***wxyz.'),
    });
    expect(server.model.requests()).toMatchObject([
      { status: 401, finish: 'error', keyFingerprint: expect.stringMatching(/^[0-9a-f]{8}$/) },
    ]);
    expect(JSON.stringify(server.model.requests())).not.toContain('SECRET');
  });

  test('a key that is rotated away is refused on the next request', async () => {
    let valid = KEY;
    await using server = await withModelServer({ isValidKey: (key) => key === valid });
    const openai = client(server.origin);
    await openai.models.list();
    valid = 'another';
    await expect(openai.models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
  });

  test.each([
    ['an unknown model', { model: 'gpt-nope' }, { status: 404, code: 'model_not_found' }],
    ['more than one choice', { n: 2 }, { status: 400, param: 'n' }],
    ['no messages', { messages: [] }, { status: 400, code: 'empty_array' }],
    ['a wrong role', { messages: [{ role: 'boss', content: 'Hi' }] }, { status: 400, code: 'invalid_value', param: 'messages[0].role' }],
    ['a wrong type', { stream: 'yes' }, { status: 400, code: 'invalid_type', param: 'stream' }],
    ['tool_choice without tools', { tool_choice: 'required' }, { status: 400, param: 'tool_choice' }],
    ['tool_choice auto without tools', { tool_choice: 'auto' }, { status: 400, param: 'tool_choice' }],
    [
      'parallel_tool_calls without tools',
      { parallel_tool_calls: false },
      { status: 400, param: 'parallel_tool_calls', message: expect.stringContaining("only allowed when 'tools' are specified") },
    ],
    ['an empty list of tools', { tools: [] }, { status: 400, code: 'empty_array', param: 'tools' }],
    [
      'stream_options without stream',
      { stream_options: { include_usage: true } },
      {
        status: 400,
        param: 'stream_options',
        message: "400 The 'stream_options' parameter is only allowed when 'stream' is enabled.",
      },
    ],
    ...['gpt-5', 'gpt-5.2-2025-12-11', 'o3', 'o4-mini'].map((model): [string, object, object] => [
      `max_tokens with ${model}`,
      { model, max_tokens: 100 },
      {
        status: 400,
        code: 'unsupported_parameter',
        param: 'max_tokens',
        message: "400 Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      },
    ]),
    [
      'a temperature for a model that reasons',
      { model: 'o3-mini', temperature: 0.2 },
      { status: 400, code: 'unsupported_value', param: 'temperature' },
    ],
    [
      'a strict tool without additionalProperties: false',
      { tools: [tool({ type: 'object', properties: {} }, true)] },
      {
        status: 400,
        code: 'invalid_function_parameters',
        param: 'tools[0].function.parameters',
        message: "400 Invalid schema for function 'f': In context=(), 'additionalProperties' is required to be supplied and to be false.",
      },
    ],
    [
      'an array without items',
      { tools: [tool({ type: 'object', properties: { cities: { type: 'array' } } })] },
      {
        status: 400,
        code: 'invalid_function_parameters',
        message: "400 Invalid schema for function 'f': In context=('properties', 'cities'), array schema missing items.",
      },
    ],
    [
      'a strict answer without additionalProperties: false',
      { response_format: { type: 'json_schema', json_schema: { name: 'person', strict: true, schema: { type: 'object' } } } },
      {
        status: 400,
        code: null,
        param: 'response_format',
        message: expect.stringContaining("Invalid schema for response_format 'person'"),
      },
    ],
    [
      'a tool message without a call',
      { messages: [...user('Hi'), { role: 'tool', tool_call_id: 'call_1', content: 'x' }] },
      { status: 400, param: 'messages[1].role' },
    ],
    [
      'a call without its answer',
      {
        messages: [
          ...user('Hi'),
          { role: 'assistant', tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } }] },
        ],
      },
      { status: 400, message: expect.stringContaining('did not have response messages: call_1') },
    ],
    [
      'a context that is too long',
      { model: 'gpt-4', messages: user('word '.repeat(9000)) },
      { status: 400, code: 'context_length_exceeded' },
    ],
  ])('%s', async (_, change, expected) => {
    await using server = await withModelServer();
    const body = { model: MODEL, messages: user('Hi'), ...change } as OpenAI.ChatCompletionCreateParamsNonStreaming;
    await expect(client(server.origin).chat.completions.create(body)).rejects.toMatchObject(expected);
  });

  test.each([
    ['max_completion_tokens with a model that reasons', { model: 'o3', max_completion_tokens: 100, temperature: 1 }],
    ['max_tokens with a model that does not', { max_tokens: 100, temperature: 0.2 }],
    ['null for what is absent', { stream_options: null, tool_choice: null, parallel_tool_calls: null, max_tokens: null }],
    ['a strict tool that is', { tools: [tool({ type: 'object', properties: {}, required: [], additionalProperties: false }, true)] }],
    ['a tool without parameters', { tools: [{ type: 'function', function: { name: 'f' } }] }],
  ])('%s is accepted', async (_, change) => {
    await using server = await withModelServer();
    const body = { model: MODEL, messages: user('Hi'), ...change } as OpenAI.ChatCompletionCreateParamsNonStreaming;
    expect((await client(server.origin).chat.completions.create(body)).object).toBe('chat.completion');
  });

  test('responses refuse the same schemas and stream_options, and take a choice without tools', async () => {
    await using server = await withModelServer();
    const ask = (change: object) => client(server.origin).responses.create({ model: MODEL, input: 'Hi', ...change } as never);
    const parameters = { type: 'object', properties: { cities: { type: 'array' } } };
    await expect(ask({ tools: [{ type: 'function', name: 'f', strict: null, parameters }] })).rejects.toMatchObject({
      code: 'invalid_function_parameters',
      param: 'tools[0].parameters',
    });
    await expect(ask({ stream_options: { include_obfuscation: false } })).rejects.toMatchObject({ status: 400, param: 'stream_options' });
    await expect(ask({ tool_choice: 'auto', tools: [] })).resolves.toMatchObject({ object: 'response' });
  });

  test('an unanswered call in the input of a response', async () => {
    await using server = await withModelServer();
    const input = [...user('Hi'), { type: 'function_call' as const, call_id: 'call_1', name: 'f', arguments: '{}' }];
    await expect(client(server.origin).responses.create({ model: MODEL, input })).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('No tool output found for function call call_1.'),
    });
  });

  test('models are listed and retrieved, and an unknown one is not found', async () => {
    await using server = await withModelServer({ models: ['my-model'] });
    const openai = client(server.origin);
    expect((await openai.models.list()).data.map(({ id }) => id)).toEqual(['my-model']);
    expect(await openai.models.retrieve('my-model')).toMatchObject({ id: 'my-model', object: 'model' });
    await expect(openai.models.retrieve(MODEL)).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
    await expect(openai.embeddings.create({ model: 'my-model', input: 'x' })).rejects.toMatchObject({ status: 404, code: 'unknown_url' });
  });
});
