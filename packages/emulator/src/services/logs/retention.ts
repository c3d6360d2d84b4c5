import type { LogGroupItem } from './log-items.ts';

const DAY_MS = 24 * 3_600_000;

/** Milliseconds since 1970 before which the events of a group have expired; undefined where they never do. */
export function expiredBefore({ retentionInDays }: LogGroupItem, now: Date): number | undefined {
  return retentionInDays === undefined ? undefined : now.getTime() - retentionInDays * DAY_MS;
}

/** When events begin that can be seen: where the caller wants, and no earlier than the retention of the group allows. */
export function visibleFrom(group: LogGroupItem, now: Date, startTime = 0): number {
  return Math.max(startTime, expiredBefore(group, now) ?? 0);
}
