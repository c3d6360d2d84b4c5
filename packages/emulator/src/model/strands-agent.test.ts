import { Agent, tool } from '@strands-agents/sdk';
import { OpenAIModel } from '@strands-agents/sdk/models/openai';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { KEY, withModelServer } from './with-model-server.ts';
import type { ModelServer } from './with-model-server.ts';

interface Ran {
  agent: Agent;
  ran: string[];
}

function agentOn(
  server: ModelServer,
  api: 'responses' | 'chat',
  { apiKey = KEY, modelId = 'gpt-4.1-mini' }: { apiKey?: string; modelId?: string } = {},
): Ran {
  const ran: string[] = [];
  const weather = tool({
    name: 'weather',
    description: 'The weather in a city',
    inputSchema: z.object({ city: z.string() }),
    callback: ({ city }) => {
      ran.push(city);
      return { city, condition: 'sunny', temperatureC: 21 };
    },
  });
  const calculator = tool({
    name: 'calculator',
    description: 'Works out an arithmetic expression',
    inputSchema: z.object({ expression: z.string() }),
    callback: ({ expression }) => {
      ran.push(expression);
      if (expression.includes('/ 0')) throw new Error('Division by zero');
      return '4';
    },
  });
  const model = new OpenAIModel({
    api,
    modelId,
    apiKey: async () => apiKey,
    clientConfig: { baseURL: `${server.origin}/v1`, maxRetries: 0 },
  });
  return { agent: new Agent({ model, tools: [weather, calculator], printer: false, retryStrategy: null }), ran };
}

describe.each(['responses', 'chat'] as const)('a Strands agent through the %s API', (api) => {
  test('asks for the weather with two requests and one tool call', async () => {
    await using server = await withModelServer();
    const { agent, ran } = agentOn(server, api);
    const result = await agent.invoke('What is the weather now?');
    expect(result.toString()).toBe('You did not name a city, so I looked at Seoul. The weather in Seoul: sunny, 21 °C.');
    expect(result.stopReason).toBe('endTurn');
    expect(ran).toEqual(['Seoul']);
    expect(server.model.requests().map(({ toolCalls, toolResults, finish }) => [toolCalls.length, toolResults, finish])).toEqual([
      [1, 0, 'tool_calls'],
      [0, 1, 'stop'],
    ]);
    expect(result.metrics?.accumulatedUsage.totalTokens).toBe(
      server.model.requests().reduce((sum, { usage }) => sum + usage.totalTokens, 0),
    );
  });

  test('reports that a tool failed', async () => {
    await using server = await withModelServer();
    const { agent } = agentOn(server, api);
    const result = await agent.invoke('How much is 1 / 0?');
    expect(result.toString()).toMatch(/^I could not work out 1 \/ 0: .*Division by zero/);
    expect(server.model.requests()).toHaveLength(2);
  });

  test('answers several prompts in one conversation, each from its own turn', async () => {
    await using server = await withModelServer();
    const { agent, ran } = agentOn(server, api);
    await agent.invoke('How much is 2 x 2?');
    expect((await agent.invoke('Hello')).toString()).toMatch(/^Hello!/);
    expect((await agent.invoke('What is the weather in Paris?')).toString()).toBe('The weather in Paris: sunny, 21 °C.');
    expect(ran).toEqual(['2 * 2', 'Paris']);
    expect(server.model.requests()).toHaveLength(5);
  });

  test('fails with a 401 for a wrong key', async () => {
    await using server = await withModelServer();
    const { agent } = agentOn(server, api, { apiKey: 'sk-wrong-0123456789' });
    await expect(agent.invoke('Hello')).rejects.toMatchObject({ name: 'ModelError', cause: { status: 401, code: 'invalid_api_key' } });
    expect(server.model.requests()).toMatchObject([{ status: 401 }]);
  });

  test('is throttled by a 429', async () => {
    await using server = await withModelServer();
    const { agent } = agentOn(server, api, { modelId: 'fault-429:1' });
    await expect(agent.invoke('Hello')).rejects.toMatchObject({ name: 'ModelThrottledError' });
  });
});

test('through responses, parallel tool calls all run after one request', async () => {
  await using server = await withModelServer();
  const { agent, ran } = agentOn(server, 'responses');
  const result = await agent.invoke('What is the weather in Paris and Oslo, and how much is 2 x 2?');
  expect(ran.toSorted()).toEqual(['2 * 2', 'Oslo', 'Paris']);
  expect(result.toString()).toBe('The weather in Paris: sunny, 21 °C. The weather in Oslo: sunny, 21 °C. 2 * 2 = 4.');
  expect(server.model.requests().map(({ toolCalls }) => toolCalls.length)).toEqual([3, 0]);
});
