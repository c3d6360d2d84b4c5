import fc from 'fast-check';
import { expect, test } from 'vitest';
import { authorize } from './authorize.ts';
import { compilePolicy } from './compile-policy.ts';
import type { AuthorizationRequest, Principal } from './types.ts';

// A second, plain evaluator of identity policies: regular expressions, no compiling, no short cuts. The engine must agree with it.
const A = '111122223333';
const ann: Principal = { type: 'user', arn: `arn:aws:iam::${A}:user/ann`, accountId: A };

interface Statement {
  Effect: 'Allow' | 'Deny';
  Action?: string[];
  NotAction?: string[];
  Resource?: string[];
  NotResource?: string[];
  Condition?: Record<string, Record<string, string[]>>;
}
type Context = Record<string, string | string[]>;

const like = (pattern: string, text: string, flags = '') =>
  new RegExp(
    `^${pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    `s${flags}`,
  ).test(text);

const compare: Record<string, (wanted: string, given: string) => boolean> = {
  StringEquals: (wanted, given) => wanted === given,
  StringLike: like,
  NumericLessThanEquals: (wanted, given) => Number(given) <= Number(wanted),
};

function conditionHolds(name: string, wanted: string[], given: string | string[] | undefined): boolean {
  const [, prefix = '', not, base = '', ifExists] =
    /^(ForAllValues:|ForAnyValue:)?(?:(?=StringNot)(String)Not)?(\w+?)(IfExists)?$/.exec(name) ?? [];
  const test = compare[not ? `String${base}` : base]!;
  const one = (value: string) => (not ? !wanted.some((item) => test(item, value)) : wanted.some((item) => test(item, value)));
  if (given === undefined || given.length === 0) {
    if (ifExists || prefix === 'ForAllValues:') return true;
    return prefix === '' && not !== undefined;
  }
  const values = [given].flat();
  if (prefix === 'ForAllValues:') return values.every(one);
  if (prefix === 'ForAnyValue:') return values.some(one);
  return not ? values.every(one) : values.some(one);
}

function applies(statement: Statement, action: string, resource: string, context: Context): boolean {
  const actions = (patterns: string[]) => patterns.some((pattern) => like(pattern, action, 'i'));
  const resources = (patterns: string[]) => patterns.some((pattern) => like(pattern, resource));
  if (statement.Action ? !actions(statement.Action) : actions(statement.NotAction!)) return false;
  if (statement.Resource ? !resources(statement.Resource) : resources(statement.NotResource!)) return false;
  return Object.entries(statement.Condition ?? {}).every(([name, keys]) =>
    Object.entries(keys).every(([key, wanted]) => conditionHolds(name, wanted, context[key])),
  );
}

const list = (...items: string[]) => fc.subarray(items, { minLength: 1, maxLength: 3 });
const actions = list('sqs:SendMessage', 'SQS:send*', 'sqs:*', 's3:*', 'sqs:?endMessage', 'sqs:Delete*', '*');
const resources = list(
  `arn:aws:sqs:us-east-1:${A}:one`,
  `arn:aws:sqs:*:${A}:t*`,
  `arn:aws:sqs:us-east-1:${A}:o?e`,
  'arn:aws:sqs:*:*:*o*',
  '*',
);
const operators = fc
  .constantFrom('', 'ForAllValues:', 'ForAnyValue:')
  .chain((prefix) =>
    fc
      .constantFrom('StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike')
      .chain((name) => fc.constantFrom('', 'IfExists').map((suffix) => `${prefix}${name}${suffix}`)),
  );
const condition = fc.dictionary(
  operators,
  fc.dictionary(fc.constantFrom('aws:x', 'aws:TagKeys'), list('a', 'b', 'a*', '?'), { minKeys: 1, maxKeys: 2 }),
  { maxKeys: 2, noNullPrototype: true },
);
const numeric = fc
  .constantFrom('NumericLessThanEquals', 'NumericLessThanEqualsIfExists')
  .chain((name) => list('1', '5', '9').map((wanted) => ({ [name]: { 'aws:Age': wanted } })));
const statement: fc.Arbitrary<Statement> = fc
  .record({
    Effect: fc.constantFrom('Allow' as const, 'Allow' as const, 'Deny' as const),
    a: fc.boolean(),
    actions,
    r: fc.boolean(),
    resources,
    condition: fc.option(fc.oneof(condition, numeric), { nil: undefined }),
  })
  .map(({ Effect, a, actions, r, resources, condition }) => ({
    Effect,
    ...(a ? { Action: actions } : { NotAction: actions }),
    ...(r ? { Resource: resources } : { NotResource: resources }),
    ...(condition ? { Condition: condition } : {}),
  }));
const context: fc.Arbitrary<Context> = fc.record(
  {
    'aws:x': fc.constantFrom('a', 'b', 'ab', 'B'),
    'aws:TagKeys': fc.subarray(['a', 'b', 'c', 'ab']),
    'aws:Age': fc.constantFrom('1', '5', '7', '10'),
  },
  { requiredKeys: [] },
);

test('identity policies decide as a plain evaluator with regular expressions does', () => {
  const outcomes = new Set<string>();
  fc.assert(
    fc.property(
      fc.array(statement, { maxLength: 4 }),
      fc.constantFrom('sqs:SendMessage', 'sqs:DeleteQueue', 's3:GetObject'),
      fc.constantFrom(`arn:aws:sqs:us-east-1:${A}:one`, `arn:aws:sqs:eu-west-1:${A}:two:three`, '*'),
      context,
      (statements, action, resource, context) => {
        const fitting = statements.filter((item) => applies(item, action, resource, context));
        const expected = fitting.some(({ Effect }) => Effect === 'Deny') ? 'explicit-deny' : fitting.length > 0 ? 'allow' : 'implicit-deny';
        const document = compilePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), 'identity');
        const request: AuthorizationRequest = { principal: ann, action, resource, context };
        const decision = authorize(request, { identity: [{ name: 'p', document }] });
        expect(decision.effect).toBe(expected);
        if (decision.statement) expect(fitting.map((item) => statements.indexOf(item))).toContain(decision.statement.index);
        outcomes.add(expected);
      },
    ),
    { numRuns: 3000 },
  );
  expect([...outcomes].sort()).toEqual(['allow', 'explicit-deny', 'implicit-deny']);
});
