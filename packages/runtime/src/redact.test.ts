import { expect, test } from 'vitest';
import { redact } from './redact.ts';

test('a secret that was named is taken out wherever it stands', () => {
  expect(redact('a=opaque-token-1; b=opaque-token-1.', ['opaque-token-1'])).toBe('a=[redacted]; b=[redacted].');
});

test('of a header with a scheme the credential alone is a secret too', () => {
  expect(redact('failed for abcdefgh12345', ['Bearer abcdefgh12345'])).toBe('failed for [redacted]');
});

test('a very short value is left: it would also match ordinary words', () => {
  expect(redact('the cat', ['cat'])).toBe('the cat');
});

test.each([
  'Authorization: Bearer abcdefgh.ijklmnop',
  'key sk-proj-abcdefghijklmnopqrstuv',
  'token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
  'id AKIAIOSFODNN7EXAMPLE',
])('what looks like a credential is taken out: %s', (text) => {
  const secret = text.split(' ').at(-1) ?? '';
  expect(redact(text, [])).not.toContain(secret);
  expect(redact(text, [])).toContain('[redacted]');
});

test('other text stays', () => {
  const text = '{"message":"task done, sk-1 and eyJ","bearer":"of news"}';
  expect(redact(text, [])).toBe(text);
});
