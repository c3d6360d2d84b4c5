import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from './parse-json.ts';
import { PolicyError } from './policy-error.ts';

describe('parseJson', () => {
  test('reads any JSON value as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test.each(['', '{', "{'Version':1}", '{"a":1,}', '// note\n{}', '{"a":NaN}', '{} {}'])('refuses %j, which is not strict JSON', (text) => {
    expect(() => parseJson(text)).toThrow(PolicyError);
    expect(() => parseJson(text)).toThrow(/invalid Json/);
  });

  test('refuses a name that an object has twice, however it is written', () => {
    expect(() => parseJson('{"a":1,"b":{"c":[{}],"\\u0063":2}}')).toThrow('the name "c" appears twice');
  });

  test('refuses what is nested so deeply that walking it would exhaust the stack', () => {
    for (const deep of [`{"Statement":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`]) {
      expect(() => parseJson(deep)).toThrow('nested deeper than 64 levels');
    }
    expect(parseJson(`${'['.repeat(64)}${']'.repeat(64)}`)).toHaveLength(1);
  });

  test('accepts the same name in different objects and as a value', () => {
    expect(parseJson('[{"a":"a"},{"a":["a","a"],"b":{"a":"}{,"}}]')).toEqual([{ a: 'a' }, { a: ['a', 'a'], b: { a: '}{,' } }]);
  });

  test('finds a repeated name anywhere', () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), fc.jsonValue(), (name, before, value) => {
        const member = `${JSON.stringify(name)}:${JSON.stringify(value)}`;
        expect(() => parseJson(`[${JSON.stringify(before)},{${member},${member}}]`)).toThrow('appears twice');
      }),
    );
  });

  test('keeps the cause of a syntax error', () => {
    try {
      parseJson('{');
      expect.unreachable();
    } catch (error) {
      expect((error as Error).cause).toBeInstanceOf(SyntaxError);
      expect((error as PolicyError).code).toBe('MalformedPolicyDocument');
    }
  });
});
