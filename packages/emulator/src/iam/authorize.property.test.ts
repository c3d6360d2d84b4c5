import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rounds } from '../../../../testing/seed.ts';
import { authorize } from './authorize.ts';
import { compilePolicy } from './compile-policy.ts';
import type { AuthorizationRequest, Decision, NamedPolicy, PolicySet, Principal } from './types.ts';

// A small world, so that random policies often speak of the random request.
const A = '111122223333';
const B = '444455556666';
const principals: Principal[] = [
  { type: 'user', arn: `arn:aws:iam::${A}:user/ann`, accountId: A },
  { type: 'role', arn: `arn:aws:sts::${A}:assumed-role/Agent/s1`, roleArn: `arn:aws:iam::${A}:role/Agent`, accountId: A },
  { type: 'user', arn: `arn:aws:iam::${B}:user/bob`, accountId: B },
  { type: 'root', arn: `arn:aws:iam::${A}:root`, accountId: A },
  { type: 'service', arn: 'ec2.amazonaws.com', service: 'ec2.amazonaws.com', accountId: A },
  { type: 'anonymous', arn: 'anonymous', accountId: '' },
];
const named = [
  '*',
  { AWS: A },
  { AWS: B },
  { AWS: principals[0]!.arn },
  { AWS: principals[1]!.roleArn },
  { AWS: principals[1]!.arn },
  { Service: 'ec2.amazonaws.com' },
];
const resource = (name: string) => `arn:aws:sqs:us-east-1:${A}:${name}`;

const action = fc.constantFrom('sqs:GetQueue', 'sqs:SendMessage', 'sqs:getqueue', 'sqs:*', 'sqs:Get*', 's3:Get*', '*');
const resourcePattern = fc.constantFrom(
  resource('one'),
  resource('two'),
  resource('*'),
  resource('o?e'),
  '*',
  resource('${aws:username}'),
  'arn:aws:sqs',
);
const condition = fc.option(
  fc.constantFrom<unknown>(
    { StringEquals: { 'aws:username': 'one' } },
    { StringNotLike: { 'aws:username': 't*' } },
    { Null: { 'aws:username': 'true' } },
    { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] } },
    { 'ForAnyValue:StringEqualsIfExists': { 'aws:TagKeys': 'c' } },
    { NumericLessThan: { 'aws:MultiFactorAuthAge': '10' }, Bool: { 'aws:SecureTransport': 'true' } },
  ),
);

type Statement = Record<string, unknown>;
const element = (name: string, value: fc.Arbitrary<unknown>) =>
  fc.tuple(fc.constantFrom(name, name, name, `Not${name}`), value).map(([key, given]) => ({ [key]: given }));
const statementOf = (effect: fc.Arbitrary<string>, principal: fc.Arbitrary<Statement>): fc.Arbitrary<Statement> =>
  fc
    .tuple(
      effect,
      element('Action', fc.array(action, { minLength: 1, maxLength: 2 })),
      element('Resource', fc.array(resourcePattern, { minLength: 1, maxLength: 2 })),
      condition,
      principal,
    )
    .map(([Effect, actions, resources, Condition, who]) => ({
      Effect,
      ...actions,
      ...resources,
      ...who,
      ...(Condition === null ? {} : { Condition }),
    }));

const effects = fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny');
const nobody = fc.constant({});
const somebody = fc.constantFrom(...named).map((Principal) => ({ Principal }));
const identityStatement = statementOf(effects, nobody);
const resourceStatement = statementOf(effects, somebody);

interface World {
  identity: Statement[];
  boundary: Statement[] | null;
  session: Statement[] | null;
  resource: Statement[];
}
const statements = (statement: fc.Arbitrary<Statement>) => fc.array(statement, { maxLength: 3 });
const world: fc.Arbitrary<World> = fc.record({
  identity: statements(identityStatement),
  boundary: fc.option(statements(identityStatement)),
  session: fc.option(statements(identityStatement)),
  resource: statements(resourceStatement),
});
const request: fc.Arbitrary<AuthorizationRequest> = fc.record({
  principal: fc.constantFrom(...principals),
  action: fc.constantFrom('sqs:GetQueue', 'sqs:SendMessage', 'SQS:SENDMESSAGE'),
  resource: fc.constantFrom(resource('one'), resource('two'), '*'),
  context: fc.record(
    {
      'aws:username': fc.constantFrom('one', 'two'),
      'AWS:TagKeys': fc.subarray(['a', 'b', 'c']),
      'aws:MultiFactorAuthAge': fc.constantFrom(5, 50),
      'aws:SecureTransport': fc.boolean(),
    },
    { requiredKeys: [] },
  ),
});

const compile = (name: string, kind: 'identity' | 'resource', Statement: Statement[]): NamedPolicy => ({
  name,
  document: compilePolicy(JSON.stringify({ Version: '2012-10-17', Statement }), kind),
});
const policiesOf = ({ identity, boundary, session, resource }: World): PolicySet => ({
  identity: [compile('identity', 'identity', identity)],
  ...(boundary ? { boundary: compile('boundary', 'identity', boundary) } : {}),
  ...(session ? { session: [compile('session', 'identity', session)] } : {}),
  resource: [compile('resource', 'resource', resource)],
});
const decide = (asked: AuthorizationRequest, given: World): Decision => authorize(asked, policiesOf(given));
const layers = ['identity', 'boundary', 'session', 'resource'] as const;
const layer = fc.constantFrom(...layers);
const append = (given: World, to: (typeof layers)[number], statement: Statement): World => ({
  ...given,
  [to]: [...(given[to] ?? []), to === 'resource' && !('Principal' in statement) ? { ...statement, Principal: '*' } : statement],
});
const runs = { numRuns: rounds(100, 300, 5000) };

describe('whatever the policies', () => {
  test('random worlds hold all outcomes, or the properties below would say little', () => {
    const seen = new Map<string, number>();
    for (const [asked, given] of fc.sample(fc.tuple(request, world), { numRuns: 1500, seed: 1 })) {
      const { effect, by } = decide(asked, given);
      seen.set(`${effect} by ${by}`, (seen.get(`${effect} by ${by}`) ?? 0) + 1);
    }
    for (const effect of ['implicit-deny', 'explicit-deny'])
      for (const by of layers) expect(seen.get(`${effect} by ${by}`) ?? 0, `${effect} by ${by}`).toBeGreaterThan(5);
    for (const by of ['identity', 'resource']) expect(seen.get(`allow by ${by}`) ?? 0).toBeGreaterThan(25);
  });

  test('a Deny of the request in any of them wins', () => {
    fc.assert(
      fc.property(request, world, layer, (asked, given, to) => {
        const decision = decide(asked, append(given, to, { Effect: 'Deny', Action: '*', Resource: '*' }));
        expect(decision).toMatchObject({ allowed: false, effect: 'explicit-deny' });
      }),
      runs,
    );
  });

  test('one more Allow never turns an allow into a denial', () => {
    fc.assert(
      fc.property(request, world, layer, statementOf(fc.constant('Allow'), somebody), (asked, given, to, statement) => {
        const { Principal, ...rest } = statement;
        // A boundary or session policy that was not there would be a new limit, not one more Allow.
        fc.pre(given[to] !== null);
        if (!decide(asked, given).allowed) return;
        expect(decide(asked, append(given, to, to === 'resource' ? { ...rest, Principal } : rest)).allowed).toBe(true);
      }),
      runs,
    );
  });

  test('one more Deny, boundary or session policy never turns a denial into an allow', () => {
    fc.assert(
      fc.property(request, world, layer, statementOf(fc.constantFrom('Deny'), nobody), (asked, given, to, statement) => {
        if (decide(asked, given).allowed) return;
        expect(decide(asked, append(given, to, statement)).allowed).toBe(false);
      }),
      runs,
    );
  });

  test('the order of statements, and how they are spread over policies, do not matter', () => {
    const shuffled = world.chain((given) =>
      fc
        .tuple(...layers.map((name) => fc.shuffledSubarray(given[name] ?? [], { minLength: given[name]?.length ?? 0 })))
        .map(
          (lists) =>
            [
              given,
              Object.fromEntries(layers.map((name, index) => [name, given[name] === null ? null : lists[index]])) as unknown as World,
            ] as const,
        ),
    );
    fc.assert(
      fc.property(request, shuffled, (asked, [given, other]) => {
        const { allowed, effect, by, message } = decide(asked, given);
        const expected = { allowed, effect, by, message };
        expect(decide(asked, other)).toMatchObject(expected);
        const spread = {
          ...policiesOf(given),
          identity: given.identity.map((statement, index) => compile(`p${index}`, 'identity', [statement])),
        };
        expect(authorize(asked, spread)).toMatchObject(expected);
      }),
      runs,
    );
  });

  test('a policy written out as JSON again means the same', () => {
    fc.assert(
      fc.property(request, world, fc.constantFrom(0, 1, 4), (asked, given, indent) => {
        const rewrite = (Statement: Statement[]) =>
          JSON.stringify(JSON.parse(JSON.stringify({ Statement, Version: '2012-10-17' })), null, indent);
        const again = { name: 'identity', document: compilePolicy(rewrite(given.identity), 'identity') };
        expect(authorize(asked, { ...policiesOf(given), identity: [again] })).toEqual(decide(asked, given));
      }),
      runs,
    );
  });

  test('a decision is a pure function of its input, which it leaves as it is', () => {
    fc.assert(
      fc.property(request, world, (asked, given) => {
        const policies = policiesOf(given);
        const before = JSON.stringify([asked, policies]);
        const first = authorize(Object.freeze(asked), policies);
        expect(authorize(asked, policies)).toEqual(first);
        expect(JSON.stringify([asked, policies])).toBe(before);
      }),
      runs,
    );
  });

  test('every denial names who, what, on what and why; an allow says nothing', () => {
    fc.assert(
      fc.property(request, world, (asked, given) => {
        const { allowed, effect, message } = decide(asked, given);
        if (allowed) expect(message).toBe('');
        else {
          expect(
            message.startsWith(
              `User: ${asked.principal.arn} is not authorized to perform: ${asked.action} on resource: ${asked.resource} `,
            ),
          ).toBe(true);
          expect(message).toMatch(effect === 'explicit-deny' ? / with an explicit deny in an? / : / because no .* allows the /);
        }
      }),
      runs,
    );
  });
});

describe('any text as a policy', () => {
  test('either compiles or is refused with MalformedPolicyDocument', () => {
    const kinds = fc.constantFrom('identity' as const, 'trust' as const, 'resource' as const);
    const keys = fc.constantFrom(
      'Version',
      'Id',
      'Statement',
      'Sid',
      'Effect',
      'Action',
      'NotAction',
      'Resource',
      'NotResource',
      'Principal',
      'NotPrincipal',
      'Condition',
      'StringEquals',
      'aws:x',
      '__proto__',
    );
    const values = fc.oneof(
      fc.string(),
      fc.constantFrom('2012-10-17', 'Allow', '*', 's3:*', 'arn:aws:s3:::x'),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
    );
    const { document } = fc.letrec((tie) => ({
      document: fc.oneof(
        { depthSize: 'medium' },
        values,
        fc.array(tie('document'), { maxLength: 3 }),
        fc.dictionary(keys, tie('document'), { maxKeys: 5, noNullPrototype: true }),
      ),
    }));
    const statement = fc.dictionary(keys, document, { maxKeys: 6 });
    fc.assert(
      fc.property(
        kinds,
        fc.oneof(
          fc.string(),
          document.map((value) => JSON.stringify(value)),
          statement.map((Statement) => JSON.stringify({ Statement })),
        ),
        (kind, text) => {
          try {
            compilePolicy(text, kind);
          } catch (error) {
            expect(error).toMatchObject({ name: 'PolicyError', code: 'MalformedPolicyDocument' });
          }
        },
      ),
      { numRuns: rounds(300, 1000, 20_000) },
    );
  });
});
