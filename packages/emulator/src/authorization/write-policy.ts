import type { AccessRecord } from './access-log.ts';

export interface WrittenPolicy {
  Version: '2012-10-17';
  Statement: WrittenStatement[];
}

interface WrittenStatement {
  Effect: 'Allow';
  Action: string[];
  Resource: string[];
  Condition?: { StringEquals: { 'iam:PassedToService': string } };
}

/** The smallest policy that allows what was asked for, the denied with the allowed: the resources as they were named, nothing with a wildcard. */
export function writePolicy(records: readonly Pick<AccessRecord, 'action' | 'resource' | 'passedToService'>[]): WrittenPolicy {
  const asked = new Map<string, { action: string; service: string | undefined; resources: Set<string> }>();
  for (const { action, resource, passedToService: service } of records) {
    const key = `${action} ${service ?? ''}`;
    const entry = asked.get(key) ?? { action, service, resources: new Set<string>() };
    entry.resources.add(resource);
    asked.set(key, entry);
  }
  const statements = new Map<string, WrittenStatement>();
  for (const [, { action, service, resources }] of [...asked].toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    const Resource = resources.has('*') ? ['*'] : [...resources].toSorted();
    const key = `${action.split(':', 1)[0]} ${service ?? ''} ${Resource.join(' ')}`;
    const statement = statements.get(key) ?? {
      Effect: 'Allow' as const,
      Action: [],
      Resource,
      ...(service === undefined ? {} : { Condition: { StringEquals: { 'iam:PassedToService': service } } }),
    };
    statement.Action.push(action);
    statements.set(key, statement);
  }
  return { Version: '2012-10-17', Statement: [...statements.values()] };
}
