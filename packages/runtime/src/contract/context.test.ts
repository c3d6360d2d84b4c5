import { describe, expect, test } from 'vitest';
import { events, invokeJson, invokeStream, SESSION } from './client.ts';
import { isMissing, target } from './target.ts';

interface Context {
  requestId: string;
  workloadAccessToken?: string;
  baggage?: string;
  headers: Record<string, string>;
}

describe.skipIf(isMissing('main'))('context', () => {
  const agent = target('main');
  const contextOf = async (headers: Record<string, string>): Promise<Context> =>
    (await invokeJson(agent(), { op: 'context' }, { headers })) as unknown as Context;

  test('43 Authorization arrives under that name', async () => {
    const { headers } = await contextOf({ authorization: 'Bearer the-token-of-the-caller' });
    expect(headers['Authorization']).toBe('Bearer the-token-of-the-caller');
  });

  test('44 X-Api-Key is forwarded', async () => {
    expect(lower((await contextOf({ 'X-Api-Key': 'abc' })).headers)).toMatchObject({ 'x-api-key': 'abc' });
  });

  test('45 Cookie, X-Amz-Date and X-Amzn-Trace-Id are not forwarded, a custom runtime header is', async () => {
    const { headers } = await contextOf({
      Cookie: 'a=1',
      'X-Amz-Date': '20260101T000000Z',
      'X-Amzn-Trace-Id': 'Root=1-2-3',
      'X-Amzn-Bedrock-AgentCore-Runtime-Custom-Tenant': 'blue',
    });
    const names = lower(headers);
    expect(names).toMatchObject({ 'x-amzn-bedrock-agentcore-runtime-custom-tenant': 'blue' });
    for (const name of ['cookie', 'x-amz-date', 'x-amzn-trace-id']) expect(names).not.toHaveProperty(name);
  });

  test('46 the identity header wins over WorkloadAccessToken', async () => {
    expect((await contextOf({ WorkloadAccessToken: 'old' })).workloadAccessToken).toBe('old');
    const both = await contextOf({ WorkloadAccessToken: 'old', 'X-Amz-Bedrock-AgentCore-Identity-WAT': 'new' });
    expect(both.workloadAccessToken).toBe('new');
  });

  test('47 the request id is the one given, else a new one', async () => {
    expect((await contextOf({ 'X-Amzn-Bedrock-AgentCore-Runtime-Request-Id': 'request-1' })).requestId).toBe('request-1');
    const [first, second] = [await contextOf({}), await contextOf({})];
    expect(first.requestId).toMatch(/^[\da-f-]{36}$/);
    expect(second.requestId).not.toBe(first.requestId);
  });

  test('48 two hundred concurrent contexts never mix, in generators neither', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const headers = { [SESSION]: `session-${index}` };
        const ms = index % 7;
        if (index % 2 === 0) return [await invokeJson(agent(), { op: 'ambient', ms }, { headers })];
        return events(await invokeStream(agent(), { op: 'ambientStream', ms }, { headers }));
      }),
    );
    for (const [index, seen] of answers.entries()) {
      expect(seen).toEqual(Array.from({ length: index % 2 === 0 ? 1 : 3 }, () => ({ sessionId: `session-${index}` })));
    }
  });

  test('58 baggage arrives', async () => {
    expect((await contextOf({ baggage: 'tenant=blue,plan=pro' })).baggage).toBe('tenant=blue,plan=pro');
  });
});

function lower(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
