import { OpenAI } from 'openai';
import { describe, expect, test } from 'vitest';
import { MODEL, client, user } from './openai-fixtures.ts';
import { KEY, withModelServer } from './with-model-server.ts';

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
