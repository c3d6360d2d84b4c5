import { describe, expect, test } from 'vitest';
import { createSubject } from './subject.ts';
import { tokenize } from './template.ts';
import type { ContextValue } from './types.ts';
import { createMatcher } from './wildcard.ts';

const subjectWith = (context: Record<string, ContextValue>) =>
  createSubject({
    principal: { type: 'user', arn: 'arn:aws:iam::111122223333:user/ann', accountId: '111122223333' },
    action: 'a:b',
    resource: '*',
    context,
  });
const match = (pattern: string, text: string, context: Record<string, ContextValue> = {}) =>
  createMatcher(tokenize(pattern, { variables: true, wildcards: true }))(text, subjectWith(context));

describe('policy variables', () => {
  test('take the value of a condition key, whose name is in any case', () => {
    expect(match('home/${AWS:UserName}/*', 'home/ann/x', { 'aws:username': 'ann' })).toBe(true);
    expect(match('home/${aws:username}/*', 'home/bob/x', { 'aws:username': 'ann' })).toBe(false);
  });

  test('take a tag whose key has spaces', () => {
    expect(match('${aws:PrincipalTag/cost center}', '42', { 'aws:PrincipalTag/cost center': '42' })).toBe(true);
  });

  test('make the answer unknown when the request has no such key', () => {
    expect(match('home/${aws:username}', 'home/')).toBeUndefined();
  });

  test('fall back to their default, and only when the key is missing', () => {
    expect(match("${aws:PrincipalTag/team, 'company-wide'}", 'company-wide')).toBe(true);
    expect(match("${aws:PrincipalTag/team, 'company-wide'}", 'company-wide', { 'aws:PrincipalTag/team': 'red' })).toBe(false);
    expect(match("x${aws:PrincipalTag/team, ''}y", 'xy')).toBe(true);
  });

  test('cannot take a key of several values', () => {
    expect(match('${aws:TagKeys}', 'a', { 'aws:TagKeys': ['a', 'b'] })).toBeUndefined();
  });

  test('never smuggle a wildcard in through a value', () => {
    expect(match('home/${aws:username}/x', 'home/ann/x', { 'aws:username': '*' })).toBe(false);
    expect(match('home/${aws:username}/x', 'home/*/x', { 'aws:username': '*' })).toBe(true);
    expect(match("${aws:username, '*'}", 'ann')).toBe(false);
  });

  test('${*}, ${?} and ${$} are those characters', () => {
    expect(match('a${*}b', 'a*b')).toBe(true);
    expect(match('a${*}b', 'axb')).toBe(false);
    expect(match('a${?}b', 'axb')).toBe(false);
    expect(match('a${?}b', 'a?b')).toBe(true);
    expect(match('${$}{aws:username}', '${aws:username}')).toBe(true);
  });

  test('are text where they are not closed, or where the version has none', () => {
    expect(match('a${b', 'a${b')).toBe(true);
    const old = createMatcher(tokenize('${aws:username}', { variables: false, wildcards: true }));
    expect(old('${aws:username}', subjectWith({ 'aws:username': 'ann' }))).toBe(true);
    expect(old('ann', subjectWith({ 'aws:username': 'ann' }))).toBe(false);
  });
});
