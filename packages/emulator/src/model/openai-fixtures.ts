import { OpenAI } from 'openai';
import type { ClientOptions } from 'openai';
import { KEY } from './with-model-server.ts';

// For tests: what they share of the official client.

const TOOLS = [
  {
    name: 'weather',
    description: 'The weather in a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
  {
    name: 'calculator',
    description: 'Works out an expression',
    parameters: { type: 'object', properties: { expression: { type: 'string' } }, required: ['expression'] },
  },
];
export const CHAT_TOOLS = TOOLS.map((tool) => ({ type: 'function' as const, function: tool }));
export const RESPONSES_TOOLS = TOOLS.map((tool) => ({ type: 'function' as const, strict: false, ...tool }));
export const MODEL = 'gpt-4.1-mini';

export function client(origin: string, options: ClientOptions = {}): OpenAI {
  return new OpenAI({ baseURL: `${origin}/v1`, apiKey: KEY, maxRetries: 0, ...options });
}

export function user(content: string): { role: 'user'; content: string }[] {
  return [{ role: 'user', content }];
}
