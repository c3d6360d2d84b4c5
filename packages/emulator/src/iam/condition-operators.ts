import { parseAddressRange, parseBase64, parseDate, parseNumber } from './condition-values.ts';
import { createArnMatcher } from './arn-matcher.ts';
import { hasVariable, textOf, tokenize, type Token } from './template.ts';
import type { Subject } from './types.ts';
import { createMatcher, type TextMatcher } from './wildcard.ts';

/** Compiles one value of a condition, or undefined if the operator cannot take it. */
type CompileValue = (value: string, variables: boolean) => TextMatcher | undefined;

export interface ConditionOperator {
  readonly name: string;
  readonly negated: boolean;
  readonly compileValue: CompileValue;
}

const pairs: [name: string, negatedName: string | undefined, compileValue: CompileValue][] = [
  ['StringEquals', 'StringNotEquals', (value, variables) => createMatcher(tokenize(value, { variables, wildcards: false }))],
  ['StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', equalsIgnoreCase],
  ['StringLike', 'StringNotLike', (value, variables) => createMatcher(tokenize(value, { variables, wildcards: true }))],
  ['NumericEquals', 'NumericNotEquals', compareWith(parseNumber, (left, right) => left === right)],
  ['NumericLessThan', undefined, compareWith(parseNumber, (left, right) => left < right)],
  ['NumericLessThanEquals', undefined, compareWith(parseNumber, (left, right) => left <= right)],
  ['NumericGreaterThan', undefined, compareWith(parseNumber, (left, right) => left > right)],
  ['NumericGreaterThanEquals', undefined, compareWith(parseNumber, (left, right) => left >= right)],
  ['DateEquals', 'DateNotEquals', compareWith(parseDate, (left, right) => left === right)],
  ['DateLessThan', undefined, compareWith(parseDate, (left, right) => left < right)],
  ['DateLessThanEquals', undefined, compareWith(parseDate, (left, right) => left <= right)],
  ['DateGreaterThan', undefined, compareWith(parseDate, (left, right) => left > right)],
  ['DateGreaterThanEquals', undefined, compareWith(parseDate, (left, right) => left >= right)],
  ['Bool', undefined, bool],
  ['BinaryEquals', undefined, compareWith(parseBase64, (left, right) => left.equals(right))],
  ['IpAddress', 'NotIpAddress', inRange],
  // ArnEquals takes wildcards too: the two pairs are the same.
  ['ArnEquals', 'ArnNotEquals', createArnMatcher],
  ['ArnLike', 'ArnNotLike', createArnMatcher],
];

const operators = new Map<string, ConditionOperator>(
  pairs.flatMap(([name, negatedName, compileValue]) => {
    const positive: [string, ConditionOperator] = [name.toLowerCase(), { name, negated: false, compileValue }];
    return negatedName === undefined
      ? [positive]
      : [positive, [negatedName.toLowerCase(), { name: negatedName, negated: true, compileValue }]];
  }),
);

/** The operator of that name, in any case, without set prefix and `IfExists`. `Null` is not among them: it looks at no value. */
export function findOperator(name: string): ConditionOperator | undefined {
  return operators.get(name.toLowerCase());
}

function compareWith<Value>(parse: (text: string) => Value | undefined, holds: (left: Value, right: Value) => boolean): CompileValue {
  return (value) => {
    const right = parse(value);
    if (right === undefined) return undefined;
    return (text) => {
      const left = parse(text);
      return left !== undefined && holds(left, right);
    };
  };
}

function equalsIgnoreCase(value: string, variables: boolean): TextMatcher {
  const tokens = tokenize(value, { variables, wildcards: false });
  const equals = createMatcher(tokens.map((token) => lowerCase(token)));
  // A variable's own value keeps its case, so it is compared after it has been put in.
  if (!hasVariable(tokens)) return (text, subject) => equals(text.toLowerCase(), subject);
  return (text, subject) => equals(text.toLowerCase(), lowerSubject(subject));
}

function lowerSubject(subject: Subject): Subject {
  return { ...subject, value: (key) => subject.value(key)?.map((item) => item.toLowerCase()) };
}

function lowerCase(token: Token): Token {
  if (token.kind === 'text') return { kind: 'text', text: token.text.toLowerCase() };
  if (token.kind === 'variable' && token.fallback !== undefined) return { ...token, fallback: token.fallback.toLowerCase() };
  return token;
}

function bool(value: string, variables: boolean): TextMatcher | undefined {
  const tokens = tokenize(value, { variables, wildcards: false });
  if (!hasVariable(tokens) && !/^(?:true|false)$/i.test(textOf(tokens))) return undefined;
  return equalsIgnoreCase(value, variables);
}

function inRange(value: string): TextMatcher | undefined {
  const range = parseAddressRange(value);
  return range && ((text) => range.contains(text));
}
