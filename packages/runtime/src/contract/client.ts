import { request as httpRequest } from 'node:http';
import { expect } from 'vitest';
import type { Target } from './target.ts';

export const SESSION = 'X-Amzn-Bedrock-AgentCore-Runtime-Session-Id';

export interface InvokeOptions {
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** POST /invocations with a payload as JSON. */
export function invoke(agent: Target, payload: unknown, { headers = {}, signal }: InvokeOptions = {}): Promise<Response> {
  return fetch(`${agent.url}/invocations`, {
    method: 'POST',
    // A session id is always sent, except by the case that is about its absence: an implementation that insists on one fails that case alone.
    headers: { 'content-type': 'application/json', [SESSION]: 'session-of-the-contract-suite-000000000', ...headers },
    body: JSON.stringify(payload),
    signal: signal ?? AbortSignal.timeout(30_000),
  });
}

/** The JSON value of an answer with status 200. */
export async function invokeJson(agent: Target, payload: unknown, options?: InvokeOptions): Promise<Record<string, unknown>> {
  const response = await invoke(agent, payload, options);
  const text = await response.text();
  expect({ status: response.status, text }).toMatchObject({ status: 200 });
  return JSON.parse(text) as Record<string, unknown>;
}

/** The text of a streamed answer. */
export async function invokeStream(agent: Target, payload: unknown, options: InvokeOptions = {}): Promise<string> {
  const response = await invoke(agent, payload, { ...options, headers: { accept: 'text/event-stream', ...options.headers } });
  const text = await response.text();
  expect({ status: response.status, text }).toMatchObject({ status: 200 });
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  return text;
}

/** The data of each event of a stream, parsed. */
export function events(text: string): unknown[] {
  return text
    .split('\n\n')
    .filter((frame) => frame !== '')
    .map((frame) => JSON.parse(frame.replace(/^data: /, '')) as unknown);
}

export interface Ping {
  status: string;
  time_of_last_update: number;
}

export async function ping(agent: Target): Promise<Ping> {
  const response = await fetch(`${agent.url}/ping`, { signal: AbortSignal.timeout(10_000) });
  expect(response.status).toBe(200);
  return (await response.json()) as Ping;
}

/** Until the clock shows another second than the stamp: only then can one see whether a stamp moves. */
export async function nextSecond(stamp: number): Promise<void> {
  while (Math.floor(Date.now() / 1000) <= stamp) await new Promise((resolve) => setTimeout(resolve, 1000 - (Date.now() % 1000) + 5));
}

/** POST /invocations with bytes and headers as they are, in their own spelling. */
export function invokeRaw(
  agent: Target,
  body: Buffer | string,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${agent.url}/invocations`, { method: 'POST', headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}
