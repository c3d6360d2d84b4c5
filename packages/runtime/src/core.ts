import type { LineLogger } from './logger.ts';
import type { AgentCoreAppOptions, Limits } from './options.ts';
import type { Ping } from './ping.ts';
import type { AsyncTasks } from './tasks.ts';
import type { Wire } from './wire.ts';

/** What the parts of an app share. */
export interface Core {
  readonly options: AgentCoreAppOptions;
  readonly limits: Required<Omit<Limits, 'connections'>> & { connections: number | undefined };
  readonly logger: LineLogger;
  /** Whether a request that ended well has its line of log. */
  readonly logRequests: boolean;
  readonly wire: Wire;
  readonly ping: Ping;
  readonly tasks: AsyncTasks;
  /** Counts an invocation or a WebSocket in, and out. */
  opened(): void;
  closed(): void;
}
