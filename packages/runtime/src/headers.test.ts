import { expect, test } from 'vitest';
import { forwardedHeaders, header } from './headers.ts';

test('the workload access token is never forwarded, under neither of its names', () => {
  const forwarded = forwardedHeaders({ workloadaccesstoken: 'a', 'x-amz-bedrock-agentcore-identity-wat': 'b', 'x-other': 'c' });
  expect(forwarded).toEqual({ 'x-other': 'c' });
});

test("AWS's own headers are kept back, custom runtime headers are not", () => {
  expect(
    forwardedHeaders({
      'x-amz-date': '1',
      'x-amz-security-token': '1',
      'x-amzn-trace-id': '1',
      'x-amzn-bedrock-agentcore-runtime-session-id': '1',
      'x-amzn-bedrock-agentcore-runtime-custom-tenant': 'blue',
      'x-amazing': 'yes',
      cookie: '1',
      authorization: 'Bearer x',
      traceparent: '00-1-2-01',
    }),
  ).toEqual({
    'x-amzn-bedrock-agentcore-runtime-custom-tenant': 'blue',
    'x-amazing': 'yes',
    Authorization: 'Bearer x',
    traceparent: '00-1-2-01',
  });
});

test('a header that came more than once is forwarded as a list, and read as its first value', () => {
  const headers = { 'set-cookie': ['a', 'b'] };
  expect(forwardedHeaders(headers)).toEqual({ 'set-cookie': 'a, b' });
  expect(header(headers, 'set-cookie')).toBe('a');
});

test('an empty header counts as none', () => {
  expect(header({ baggage: '' }, 'baggage')).toBeUndefined();
});

test('a header cannot reach a prototype', () => {
  const headers = JSON.parse('{"__proto__":"x","constructor":"y"}') as Record<string, string>;
  const forwarded = forwardedHeaders(headers);
  expect(Object.getPrototypeOf(forwarded)).toBe(Object.prototype);
  expect(forwarded['constructor']).toBe('y');
});
