import type { AgentSessions } from './services/agentcore/agent-sessions.ts';
import type { BlobStore } from './registry/blob-store.ts';
import type { Store } from './store/open-store.ts';

/** What every handler can reach: the emulator's parts, made once by `startEmulator`. */
export interface EmulatorServices {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly sessions: AgentSessions;
  /** The loopback URL that clients use, e.g. `http://127.0.0.1:4566`. */
  readonly endpoint: string;
  /** How long a state such as CREATING lasts at least, in milliseconds. */
  readonly stateDelayMs: number;
  now(): Date;
  /** Runs work that outlives the request that started it, and waits for it at shutdown. `work` must handle its own faults. */
  background(work: (signal: AbortSignal) => Promise<void>): void;
}
