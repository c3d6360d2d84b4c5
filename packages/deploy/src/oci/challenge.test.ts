import { expect, test } from 'vitest';
import { parseChallenges } from './challenge.ts';

test('a bearer challenge with commas inside its quoted scope is one challenge', () => {
  expect(parseChallenges('Bearer realm="https://auth.example/token",service="r",scope="repository:a/b:pull,push"')).toEqual([
    { scheme: 'bearer', parameters: { realm: 'https://auth.example/token', service: 'r', scope: 'repository:a/b:pull,push' } },
  ]);
});

test('several challenges in one header are told apart', () => {
  expect(parseChallenges('Basic realm="a \\"quoted\\" b", Bearer realm=x , error="invalid_token"')).toEqual([
    { scheme: 'basic', parameters: { realm: 'a "quoted" b' } },
    { scheme: 'bearer', parameters: { realm: 'x', error: 'invalid_token' } },
  ]);
});

test.each(['', '"', 'Bearer realm=', ',,,', '=', 'Bearer realm="unterminated'])('%j ends without an exception', (header) => {
  expect(parseChallenges(header).length).toBeLessThanOrEqual(1);
});
