import type { AgentSessions } from './services/agentcore/agent-sessions.ts';
import type { Oauth2 } from './services/agentcore/oauth2/create-oauth2.ts';
import type { JwtVerifier } from './jwt/create-jwt-verifier.ts';
import type { BlobStore } from './registry/blob-store.ts';
import type { Store } from './store/open-store.ts';

/** What every handler can reach: the emulator's parts, made once by `startEmulator`. */
export interface EmulatorServices {
  readonly store: Store;
  /** The bytes of images' layers. */
  readonly blobs: BlobStore;
  /** The bytes of S3's objects. */
  readonly objects: BlobStore;
  readonly sessions: AgentSessions;
  /** How credential providers' authorization servers are reached. */
  readonly oauth2: Oauth2;
  /** Believes users' tokens, or does not. */
  readonly jwt: JwtVerifier;
  /** The loopback URL that clients use, e.g. `http://127.0.0.1:4566`. */
  readonly endpoint: string;
  /** How long a state such as CREATING lasts at least, in milliseconds. */
  readonly stateDelayMs: number;
  now(): Date;
  /** Tells the developer what AWS keeps to itself, such as the words in which an OAuth2 vendor refused. No secret may be in it. */
  notice(message: string): void;
  /** Runs work that outlives the request that started it, and waits for it at shutdown. `work` must handle its own faults. */
  background(work: (signal: AbortSignal) => Promise<void>): void;
}
