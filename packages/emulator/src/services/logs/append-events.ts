import type { EmulatorServices } from '../../emulator-services.ts';
import type { Scope } from '../../store/items.ts';
import { LOG_STREAM, streamId, type LogGroupItem } from './log-items.ts';
import { expiredBefore } from './retention.ts';

interface Target {
  group: string;
  item: LogGroupItem;
  stream: string;
}

/** Writes events to a stream, and lets go what its group holds too much or too long. Runs in a transaction of the caller's. */
export function appendEvents(
  { store, now }: Pick<EmulatorServices, 'store' | 'now'>,
  scope: Scope,
  { group, item, stream }: Target,
  events: readonly { timestamp: number; message: string }[],
): void {
  const before = expiredBefore(item, now());
  const expired = before !== undefined && store.logs.expire(scope, group, before);
  const cut = store.logs.append(scope, group, stream, events, now().getTime());
  if (expired || cut) dropEmptyStreams(group, stream);

  /** A stream for every session, for ever, would fill the disk as well. */
  function dropEmptyStreams(group: string, current: string): void {
    for (const { id } of store.items.list(LOG_STREAM, scope, { prefix: streamId(group, '') })) {
      const name = id.slice(group.length + 1);
      if (name !== current && !store.logs.has(scope, group, name)) store.items.delete(LOG_STREAM, scope, id);
    }
  }
}
