import { findOperator, type ConditionOperator } from './condition-operators.ts';
import { PolicyError } from './policy-error.ts';
import { isObject, syntaxError } from './string-list.ts';
import type { Subject } from './types.ts';

type Condition = (subject: Subject) => boolean;
type Quantifier = 'all' | 'any' | undefined;

const QUANTIFIED = /^(ForAllValues|ForAnyValue):(.*)$/is;
const IF_EXISTS = /IfExists$/i;

/** Whether all conditions of a `Condition` element hold: each operator, and under it each key. */
export function compileConditions(element: unknown, where: string, variables: boolean): Condition {
  if (!isObject(element))
    throw syntaxError(where, 'must be an object such as {"StringEquals": {"aws:SourceAccount": "123456789012"}}', element);
  const conditions = Object.entries(element).flatMap(([operatorName, keys]) =>
    compileOperator(operatorName, keys, `${where}.${operatorName}`, variables),
  );
  return (subject) => conditions.every((holds) => holds(subject));
}

function compileOperator(fullName: string, keys: unknown, where: string, variables: boolean): Condition[] {
  if (!isObject(keys)) throw syntaxError(where, 'must be an object of condition keys and their values', keys);
  const [, prefix, rest = fullName] = QUANTIFIED.exec(fullName) ?? [];
  const quantifier: Quantifier = prefix === undefined ? undefined : prefix.toLowerCase() === 'forallvalues' ? 'all' : 'any';
  const isNull = rest.toLowerCase() === 'null';
  const ifExists = !isNull && IF_EXISTS.test(rest);
  const operator = findOperator(rest.replace(IF_EXISTS, ''));
  if (!operator && !isNull) throw new PolicyError(`Invalid Condition type : ${fullName}. (${where})`);
  return Object.entries(keys).map(([key, value]) => {
    const place = `${where}["${key}"]`;
    // A key without a prefix is legal: it is one that no request has.
    if (key.trim() === '') throw syntaxError(where, 'has a condition key without a name');
    const values = valueList(value, place);
    if (!operator) return compileNull(key.toLowerCase(), values, place);
    return compileKey({ key: key.toLowerCase(), values, operator, quantifier, ifExists, where: place, variables });
  });
}

interface KeyCondition {
  key: string;
  values: readonly string[];
  operator: ConditionOperator;
  quantifier: Quantifier;
  ifExists: boolean;
  where: string;
  variables: boolean;
}

function compileKey({ key, values, operator, quantifier, ifExists, where, variables }: KeyCondition): Condition {
  const { negated } = operator;
  const matchers = values.map((value) => {
    const matches = operator.compileValue(value, variables);
    if (!matches) throw syntaxError(where, `has a value that ${operator.name} cannot compare`, value);
    return matches;
  });
  // Positive: one of the policy's values fits. Negated: none does, and of none is that unknown for want of a variable.
  const fits = (value: string, subject: Subject) =>
    negated ? matchers.every((matches) => matches(value, subject) === false) : matchers.some((matches) => matches(value, subject) === true);
  const whenAbsent = ifExists || quantifier === 'all' || (quantifier === undefined && negated);

  return (subject) => {
    let present = subject.value(key);
    // To the set operators an empty text is no value.
    if (quantifier !== undefined && present?.includes('')) present = present.filter((value) => value !== '');
    if (present === undefined || present.length === 0) return whenAbsent;
    const every = quantifier === 'all' || (quantifier === undefined && negated);
    return every ? present.every((value) => fits(value, subject)) : present.some((value) => fits(value, subject));
  };
}

/** `Null` asks whether the request has the key at all: "true" means that it must not. */
function compileNull(key: string, values: readonly string[], where: string): Condition {
  for (const value of values) if (!/^(?:true|false)$/i.test(value)) throw syntaxError(where, 'must be "true" or "false"', value);
  const wanted = new Set(values.map((value) => value.toLowerCase() === 'true'));
  return (subject) => wanted.has(subject.value(key) === undefined);
}

function valueList(value: unknown, where: string): readonly string[] {
  const list = Array.isArray(value) ? (value as unknown[]) : [value];
  if (!list.every((item) => typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean')) {
    throw syntaxError(where, 'must be a string, a number, a boolean or a list of them', value);
  }
  return list.map(String);
}
