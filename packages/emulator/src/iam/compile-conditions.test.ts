import { describe, expect, test } from 'vitest';
import { compileConditions } from './compile-conditions.ts';
import { createSubject } from './subject.ts';
import type { ContextValue } from './types.ts';

const principal = { type: 'user', arn: 'arn:aws:iam::111122223333:user/ann', accountId: '111122223333' } as const;
const holds = (condition: unknown, context: Record<string, ContextValue>) =>
  compileConditions(condition, 'Condition', true)(createSubject({ principal, action: 'a:b', resource: '*', context }));

describe('condition operators', () => {
  // operator, value in the policy, value in the request, whether it holds
  test.each<[string, unknown, ContextValue, boolean]>([
    ['StringEquals', 'a', 'a', true],
    ['StringEquals', 'a', 'A', false],
    ['StringEquals', 'a*', 'ab', false],
    ['StringEquals', ['x', 'a'], 'a', true],
    ['StringEquals', '${aws:username}', 'ann', true],
    ['StringEquals', '${aws:username}', 'bob', false],
    ['StringNotEquals', 'a', 'b', true],
    ['StringNotEquals', ['a', 'b'], 'b', false],
    ['StringEqualsIgnoreCase', 'aB', 'Ab', true],
    ['StringEqualsIgnoreCase', 'X${aws:username}', 'xANN', true],
    ['StringEqualsIgnoreCase', "${aws:nothing, 'Dflt'}", 'dFLT', true],
    ['StringNotEqualsIgnoreCase', 'aB', 'Ab', false],
    ['StringLike', 'a*c?', 'abcd', true],
    ['StringLike', 'a*', 'A1', false],
    ['StringLike', '${aws:username}-*', 'ann-1', true],
    ['StringNotLike', 'a*', 'abc', false],
    ['StringNotLike', 'a*', 'b', true],
    ['NumericEquals', '10', '10.0', true],
    ['NumericEquals', 10, 10, true],
    ['NumericNotEquals', '10', '11', true],
    ['NumericLessThan', '10', '9', true],
    ['NumericLessThan', '10', '10', false],
    ['NumericLessThanEquals', '10', '10', true],
    ['NumericGreaterThan', '9', '10', true],
    ['NumericGreaterThan', '9', 'ten', false],
    ['NumericGreaterThanEquals', '10', '9', false],
    ['NumericGreaterThanEquals', '10', '10', true],
    ['NumericLessThanEquals', '10', '11', false],
    ['NumericGreaterThan', '10', '10', false],
    ['DateEquals', '2026-01-01', '2026-01-01T00:00:00Z', true],
    ['DateNotEquals', '2026-01-01', '2026-01-02', true],
    ['DateLessThan', '2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z', true],
    ['DateLessThanEquals', '1767225600', '2026-01-01T00:00:00Z', true],
    ['DateGreaterThan', '2026-01-01T00:00:00Z', '1767225601', true],
    ['DateGreaterThanEquals', '2026-01-02', '2026-01-01', false],
    ['DateGreaterThanEquals', '2026-01-02', '2026-01-02', true],
    ['DateGreaterThan', '2026-01-02', '2026-01-02', false],
    ['DateLessThan', '2026-01-02', '2026-01-02', false],
    ['DateLessThanEquals', '2026-01-02', '2026-01-03', false],
    ['DateEquals', '2026-01-02', '2026-01-03', false],
    ['NumericEquals', '2', '3', false],
    ['Bool', 'true', true, true],
    ['Bool', true, 'True', true],
    ['Bool', 'false', 'true', false],
    ['BinaryEquals', 'aGk=', 'aGk=', true],
    ['BinaryEquals', 'aGk=', 'aGo=', false],
    ['IpAddress', ['10.0.0.0/8', '2001:db8::/32'], '2001:db8::7', true],
    ['IpAddress', ['10.0.0.0/8'], '11.0.0.1', false],
    ['NotIpAddress', ['10.0.0.0/8', '11.0.0.0/8'], '11.0.0.1', false],
    ['NotIpAddress', '10.0.0.0/8', '11.0.0.1', true],
    ['ArnEquals', 'arn:aws:iam::*:role/x', 'arn:aws:iam::111122223333:role/x', true],
    ['ArnLike', 'arn:aws:iam::*:role/x', 'arn:aws:iam::111122223333:role/y', false],
    ['ArnNotEquals', 'arn:aws:iam::*:role/x', 'arn:aws:iam::111122223333:role/x', false],
    ['ArnNotLike', 'arn:aws:iam::*:role/x', 'arn:aws:iam::111122223333:role/y', true],
    ['Null', 'false', 'x', true],
    ['Null', 'true', 'x', false],
  ])('%s %j with %j in the request: %j', (operator, value, given, expected) => {
    expect(holds({ [operator]: { 'test:Key': value } }, { 'TEST:key': given, 'aws:username': 'ann' })).toBe(expected);
    expect(holds({ [operator.toLowerCase()]: { 'test:key': value } }, { 'test:key': given, 'aws:username': 'ann' })).toBe(expected);
    if (operator !== 'Null')
      expect(holds({ [`${operator}IfExists`]: { 'test:key': value } }, { 'test:key': given, 'aws:username': 'ann' })).toBe(expected);
  });

  const values: Record<string, string> = {
    Numeric: '1',
    Date: '2026-01-01',
    Bool: 'true',
    Binary: 'aGk=',
    Ip: '10.0.0.0/8',
    Not: '10.0.0.0/8',
    Arn: 'arn:aws:iam::1:x',
    String: 'x',
  };
  const sample = (operator: string) =>
    values[/^(Numeric|Date|Bool|Binary|Ip|NotIp|Arn|String)/.exec(operator)?.[1]?.replace('NotIp', 'Not') ?? ''];
  const positive = [
    'StringEquals',
    'StringEqualsIgnoreCase',
    'StringLike',
    'NumericEquals',
    'NumericLessThan',
    'DateEquals',
    'DateGreaterThan',
    'Bool',
    'BinaryEquals',
    'IpAddress',
    'ArnEquals',
    'ArnLike',
  ];
  const negated = [
    'StringNotEquals',
    'StringNotEqualsIgnoreCase',
    'StringNotLike',
    'NumericNotEquals',
    'DateNotEquals',
    'NotIpAddress',
    'ArnNotEquals',
    'ArnNotLike',
  ];

  test.each(positive)('%s fails on an absent key, and holds with IfExists', (operator) => {
    const key = { 'test:key': sample(operator) };
    expect(holds({ [operator]: key }, {})).toBe(false);
    expect(holds({ [`${operator}IfExists`]: key }, {})).toBe(true);
    expect(holds({ [operator]: key }, { 'test:key': [] })).toBe(false);
  });

  test.each(negated)('%s holds on an absent key', (operator) => {
    const key = { 'test:key': sample(operator) };
    expect(holds({ [operator]: key }, {})).toBe(true);
    expect(holds({ [`${operator}IfExists`]: key }, {})).toBe(true);
  });

  test('Null says whether a key is there', () => {
    expect(holds({ Null: { 'test:key': 'true' } }, {})).toBe(true);
    expect(holds({ Null: { 'test:key': true } }, { 'test:key': [] })).toBe(true);
    expect(holds({ Null: { 'test:key': 'false' } }, {})).toBe(false);
  });

  test('an unknown variable makes a condition fail, negated or not', () => {
    expect(holds({ StringEquals: { 'test:key': '${aws:userid}' } }, { 'test:key': 'x' })).toBe(false);
    expect(holds({ StringNotEquals: { 'test:key': '${aws:userid}' } }, { 'test:key': 'x' })).toBe(false);
    expect(holds({ StringEquals: { 'test:key': ['${aws:userid}', 'x'] } }, { 'test:key': 'x' })).toBe(true);
  });
});

describe('a condition block', () => {
  test('needs every operator and every key', () => {
    const block = { StringEquals: { 'a:x': '1', 'a:y': '2' }, NumericLessThan: { 'a:z': '3' } };
    expect(holds(block, { 'a:x': '1', 'a:y': '2', 'a:z': '1' })).toBe(true);
    for (const wrong of ['a:x', 'a:y', 'a:z']) expect(holds(block, { 'a:x': '1', 'a:y': '2', 'a:z': '1', [wrong]: '9' })).toBe(false);
  });

  test('without anything in it holds', () => {
    expect(holds({}, {})).toBe(true);
    expect(holds({ StringEquals: {} }, {})).toBe(true);
  });
});

describe('set operators', () => {
  test.each<[string, readonly string[] | undefined, boolean]>([
    ['ForAllValues:StringEquals', ['a', 'b'], true],
    ['ForAllValues:StringEquals', ['a', 'c'], false],
    ['ForAllValues:StringEquals', undefined, true],
    ['ForAllValues:StringEquals', [''], true],
    ['ForAllValues:StringNotEquals', ['c', 'd'], true],
    ['ForAllValues:StringNotEquals', ['a', 'd'], false],
    ['ForAnyValue:StringEquals', ['c', 'a'], true],
    ['ForAnyValue:StringEquals', ['c'], false],
    ['ForAnyValue:StringEquals', undefined, false],
    ['ForAnyValue:StringEquals', [''], false],
    ['ForAnyValue:StringNotEquals', ['a', 'c'], true],
    ['ForAnyValue:StringNotEquals', ['a', 'b'], false],
    ['ForAnyValue:StringNotEquals', undefined, false],
    ['ForAnyValue:StringEqualsIfExists', undefined, true],
    ['foranyvalue:stringequalsifexists', ['c'], false],
  ])('%s of [a, b] with %j in the request: %j', (operator, given, expected) => {
    expect(holds({ [operator]: { 'aws:TagKeys': ['a', 'b'] } }, given === undefined ? {} : { 'aws:TagKeys': given })).toBe(expected);
  });

  test('a single-valued operator on several values: one must fit, and to a negated one none may', () => {
    expect(holds({ StringEquals: { 'aws:TagKeys': 'a' } }, { 'aws:TagKeys': ['x', 'a'] })).toBe(true);
    expect(holds({ StringNotEquals: { 'aws:TagKeys': 'a' } }, { 'aws:TagKeys': ['x', 'a'] })).toBe(false);
  });
});

describe('what IAM refuses in a condition', () => {
  test.each<[unknown, RegExp]>([
    ['x', /Condition must be an object/],
    [[], /Condition must be an object/],
    [{ StringEquals: 'x' }, /Condition\.StringEquals must be an object/],
    [{ StringMatches: { 'a:b': 'x' } }, /Invalid Condition type : StringMatches/],
    [{ 'ForSomeValues:StringEquals': { 'a:b': 'x' } }, /Invalid Condition type : ForSomeValues:StringEquals/],
    [{ NullIfExists: { 'a:b': 'true' } }, /Invalid Condition type : NullIfExists/],
    [{ __proto__: null, constructor: { 'a:b': 'x' } }, /Invalid Condition type : constructor/],
    [{ StringEquals: { '': 'x' } }, /a condition key without a name/],
    [{ StringEquals: { 'a:b': { c: 1 } } }, /must be a string, a number, a boolean or a list/],
    [{ StringEquals: { 'a:b': null } }, /must be a string, a number, a boolean or a list/],
    [{ NumericEquals: { 'a:b': 'ten' } }, /NumericEquals cannot compare, not "ten"/],
    [{ DateLessThan: { 'a:b': 'tomorrow' } }, /DateLessThan cannot compare/],
    [{ Bool: { 'a:b': 'yes' } }, /Bool cannot compare/],
    [{ BinaryEquals: { 'a:b': '!' } }, /BinaryEquals cannot compare/],
    [{ IpAddress: { 'a:b': '10.0.0.0/99' } }, /IpAddress cannot compare/],
    [{ Null: { 'a:b': 'maybe' } }, /must be "true" or "false"/],
  ])('%j', (condition, message) => {
    expect(() => compileConditions(condition, 'Condition', true)).toThrow(message);
  });
});

// Reported: policies with such keys exist on AWS.
test('a key without a prefix is legal, and no request has it', () => {
  const subject = { value: () => undefined } as never;
  expect(compileConditions({ StringEquals: { nocolon: 'x' } }, 'Condition', true)(subject)).toBe(false);
  expect(compileConditions({ StringNotEquals: { nocolon: 'x' } }, 'Condition', true)(subject)).toBe(true);
});
