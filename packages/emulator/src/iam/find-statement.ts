import { stronger } from './compile-principals.ts';
import type { CompiledStatement, NamedPolicy, PrincipalMatch, StatementRef, Subject } from './types.ts';

/** The first statement that denies the request. */
export function findDeny(policies: readonly NamedPolicy[], subject: Subject): StatementRef | undefined {
  return find(policies, subject, 'denies');
}

/** The first statement that allows the request. */
export function findAllow(policies: readonly NamedPolicy[], subject: Subject): StatementRef | undefined {
  return find(policies, subject, 'allows');
}

/** Every statement of that effect that fits the request, not the first alone. */
export function findAll(policies: readonly NamedPolicy[], subject: Subject, effect: 'allows' | 'denies'): StatementRef[] {
  return policies.flatMap((policy) =>
    policy.document[effect]
      .filter((statement) => statement.applies(subject) && statement.names(subject.principal) !== 'none')
      .map((statement) => refTo(policy, statement)),
  );
}

export interface Grant {
  match: Exclude<PrincipalMatch, 'none'>;
  statement: StatementRef;
}

/** The statement of a resource or trust policy that allows the request by naming the caller in the most direct way. */
export function findGrant(policies: readonly NamedPolicy[], subject: Subject): Grant | undefined {
  let best: Grant | undefined;
  for (const policy of policies) {
    for (const statement of policy.document.allows) {
      const match = statement.names(subject.principal);
      if (match === 'none' || (best && stronger(best.match, match) === best.match) || !statement.applies(subject)) continue;
      best = { match, statement: refTo(policy, statement) };
    }
  }
  return best;
}

function find(policies: readonly NamedPolicy[], subject: Subject, effect: 'allows' | 'denies'): StatementRef | undefined {
  for (const policy of policies) {
    for (const statement of policy.document[effect]) {
      if (statement.applies(subject) && statement.names(subject.principal) !== 'none') return refTo(policy, statement);
    }
  }
  return undefined;
}

function refTo({ name }: NamedPolicy, { sid, index }: CompiledStatement): StatementRef {
  return { policy: name, index, ...(sid === undefined ? {} : { sid }) };
}
