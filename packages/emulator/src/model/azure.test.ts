import { AzureOpenAI, OpenAI } from 'openai';
import { describe, expect, test } from 'vitest';
import { MODEL, user } from './openai-fixtures.ts';
import { KEY, withModelServer } from './with-model-server.ts';

function azure(endpoint: string, apiKey = KEY): AzureOpenAI {
  return new AzureOpenAI({ endpoint, apiKey, apiVersion: '2024-10-21', maxRetries: 0 });
}

describe('Azure', () => {
  test('the classic surface answers chat completions of a deployment, and responses', async () => {
    await using server = await withModelServer();
    const chat = await azure(server.origin).chat.completions.create({ model: MODEL, messages: user('2 + 3') });
    expect(chat.choices[0]!.message.content).toBe('2 + 3 = 5.');
    expect((await azure(server.origin).responses.create({ model: MODEL, input: '2 + 3' })).output_text).toBe('2 + 3 = 5.');
    expect(server.model.requests().map(({ path, model }) => [path, model])).toEqual([
      [`/openai/deployments/${MODEL}/chat/completions`, MODEL],
      ['/openai/responses', MODEL],
    ]);
  });

  test('the v1 surface takes the plain client', async () => {
    await using server = await withModelServer();
    const openai = new OpenAI({ baseURL: `${server.origin}/openai/v1`, apiKey: KEY });
    expect((await openai.responses.create({ model: MODEL, input: '2 + 3' })).output_text).toBe('2 + 3 = 5.');
  });

  test('its errors are its own: wrong key, unknown deployment, no api-version', async () => {
    await using server = await withModelServer();
    const body = { model: MODEL, messages: user('Hi') };
    await expect(azure(server.origin, 'wrong').chat.completions.create(body)).rejects.toMatchObject({
      status: 401,
      code: '401',
      message: expect.stringContaining('Access denied due to invalid subscription key'),
    });
    await expect(azure(server.origin).chat.completions.create({ ...body, model: 'nope' })).rejects.toMatchObject({
      status: 404,
      code: 'DeploymentNotFound',
    });
    const unversioned = await fetch(`${server.origin}/openai/deployments/${MODEL}/chat/completions`, {
      method: 'POST',
      headers: { 'api-key': KEY },
      body: JSON.stringify(body),
    });
    expect([unversioned.status, await unversioned.json()]).toEqual([404, { error: { code: '404', message: 'Resource not found' } }]);
  });

  test("OpenAI's own surface does not read Azure's header", async () => {
    await using server = await withModelServer();
    const reply = await fetch(`${server.origin}/v1/models`, { headers: { 'api-key': KEY } });
    expect(reply.status).toBe(401);
  });
});
