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
/** How many of the oldest make room when it is full: looking for them each time would cost more than the request. */
const MAKE_ROOM = 500;

interface Entry extends Omit<AccessRecord, 'lastAt'> {
  /** In milliseconds. A request asks several times: to write a date each time would be seen in its latency. */
  lastAt: number;
}

export function createAccessLog(now: () => Date): AccessLog {
  const entries = new Map<string, Entry>();
  const byAge = (): [string, Entry][] => [...entries].sort(([, one], [, other]) => one.lastAt - other.lastAt);
  return {
    record({ principal, action, resource, context, allowed }) {
      const arn = principal.roleArn ?? principal.arn;
      const service = context['iam:PassedToService'];
      const key = `${arn}\n${action}\n${resource}\n${service ?? ''}\n${allowed}`;
      const lastAt = now().getTime();
      const known = entries.get(key);
      if (known) {
        known.count += 1;
        known.lastAt = lastAt;
        return;
      }
      if (entries.size >= MAX_RECORDS) for (const [oldest] of byAge().slice(0, MAKE_ROOM)) entries.delete(oldest);
      const passed = typeof service === 'string' ? { passedToService: service } : {};
      entries.set(key, { principal: arn, action, resource, allowed, ...passed, count: 1, lastAt });
    },
    list: ({ principal, denied } = {}) =>
      byAge()
        .map(([, { lastAt, ...entry }]) => ({ ...entry, lastAt: new Date(lastAt).toISOString() }))
        .filter(
          (record) =>
            (principal === undefined || record.principal === principal || record.principal.endsWith(`/${principal}`)) &&
            (!denied || !record.allowed),
        ),
    clear: () => entries.clear(),
  };
}
