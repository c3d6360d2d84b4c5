import type { AccessDecision } from './create-authorizer.ts';

/** What somebody was allowed or denied, and how often. */
export interface AccessRecord {
  /** ARN of the role, also where a session of it asked; else of the user, or the name of a service. */
  principal: string;
  action: string;
  resource: string;
  allowed: boolean;
  /** The condition keys that a policy for this has to have, for `iam:PassRole`. */
  passedToService?: string;
  count: number;
  /** ISO 8601. */
  lastAt: string;
}

/** What the policy engine was asked since the start, or since the state was reset or replaced. */
export interface AccessLog {
  record(decision: AccessDecision): void;
  /** The longest ago first. `principal` is an ARN, or the name at its end. */
  list(filter?: AccessFilter): AccessRecord[];
  clear(): void;
}

export interface AccessFilter {
  principal?: string | undefined;
  denied?: boolean | undefined;
}

/** Kept in memory: the same question again is counted, and does not take a place. */
const MAX_RECORDS = 5000;

export function createAccessLog(now: () => Date): AccessLog {
  const records = new Map<string, AccessRecord>();
  return {
    record({ principal, action, resource, context, allowed }) {
      const arn = principal.roleArn ?? principal.arn;
      const service = context['iam:PassedToService'];
      const key = `${arn}\n${action}\n${resource}\n${service ?? ''}\n${allowed}`;
      const known = records.get(key);
      // Put in again, so that the order is that of the last time.
      if (known) records.delete(key);
      else if (records.size >= MAX_RECORDS) records.delete(records.keys().next().value!);
      records.set(key, {
        principal: arn,
        action,
        resource,
        allowed,
        ...(typeof service === 'string' ? { passedToService: service } : {}),
        count: (known?.count ?? 0) + 1,
        lastAt: now().toISOString(),
      });
    },
    list: ({ principal, denied } = {}) =>
      [...records.values()].filter(
        (record) =>
          (principal === undefined || record.principal === principal || record.principal.endsWith(`/${principal}`)) &&
          (!denied || !record.allowed),
      ),
    clear: () => records.clear(),
  };
}
