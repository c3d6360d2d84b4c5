import type { StepName } from '../agent/events.ts';

/** What a step would do. */
export interface Change {
  step: StepName;
  /** `replace`: what is there cannot be repaired and is deleted first. */
  action: 'create' | 'none' | 'replace' | 'update';
  /** Name, URI or ARN. */
  resource: string;
  /** Why, in words. */
  detail: string;
  /** Bytes that would be uploaded. */
  bytes?: number;
  /** What would be different: `env.NAME`, `policy agentcore-credentials: added`. No values of `env`. */
  differences?: readonly string[];
}

/** Something that was left in the account, and why. */
export interface Kept {
  id: string;
  why: string;
}

export interface Removal {
  deleted: string[];
  kept: Kept[];
}

/** One part of a deployment. `plan` only reads, and is asked once; `apply` is called when it found something to do. */
export interface Step {
  name: StepName;
  /** Steps that must be applied before this one. */
  needs: readonly StepName[];
  plan(): Promise<Change>;
  /** Returns the URI or ARN of what it made, where the plan could not know it yet. */
  apply(change: Change): Promise<string | undefined>;
  /** Removes what `apply` makes. Needs no entry file and no plan. With `dryRun` it only says what it would do. */
  destroy?(options: { dryRun: boolean }): Promise<Removal>;
}

/** Makes a function that works once and hands out that one result. */
export function memo<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
