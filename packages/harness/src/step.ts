import type { Message } from './messages/catalog.ts';
import type { ModelAccess, ModelName } from './model-access.ts';
import type { Narrator } from './narrator.ts';
import type { Run } from './run-state.ts';
import type { TargetName, VendorAccess } from './target.ts';

/** What a step gets to work with. Nothing in it depends on where AWS is. */
export interface StepContext {
  readonly target: TargetName;
  readonly region: string;
  readonly accountId: string;
  readonly model: ModelAccess;
  /** The third party whose API an agent calls. Only for a step that says `needsVendor`. */
  readonly vendor: VendorAccess;
  /** Names and tags of this run: unique, so that two learners in one account do not meet. */
  readonly run: Run;
  /** The JSON that was given on the command line, if any. */
  readonly payload: { prompt: string } | undefined;
  readonly say: Narrator;
  readonly signal: AbortSignal;
  /** Asks again, for as long as IAM may need, while it has not heard everywhere of a policy that was changed a moment ago. */
  onceIamKnows<T>(ask: () => Promise<T>): Promise<T>;
  /** Ends the step with CHECK_FAILED unless the condition holds. A step is done when all of its checks passed. */
  check(claim: Message, holds: boolean): void;
}

/** What `check` verifies about a step. It only reads. */
export interface Criterion {
  readonly claim: Message;
  /** The reason when the claim does not hold, as a sentence; `undefined` when it holds. */
  whyNot(context: StepContext): Promise<Message | undefined>;
  /** From a nudge to the command to type. */
  readonly hints: readonly [Message, Message, Message];
}

export interface Step {
  /** The name of its folder: `02-create-provider`. */
  readonly id: string;
  readonly title: Message;
  /** Steps that must have been done before, by id. */
  readonly needs: readonly string[];
  /** What it creates on the account, announced before anything is created. */
  readonly makes: readonly Message[];
  /** The name of the agent that it deploys or invokes, whose logs `logs` shows. */
  agent?(run: Run): string;
  /** A step that deletes what the others made: it ends the run. */
  readonly endsRun: boolean;
  /** Whether it needs an OAuth2 vendor. It is refused with NO_VENDOR where there is none: only with --target aws. */
  readonly needsVendor: boolean;
  /** The surface that `context.model` is of. */
  readonly model: ModelName;
  run(context: StepContext): Promise<void>;
  /** What `check` looks at, beside whether it was run. */
  readonly criteria: readonly Criterion[];
  /** Only of a step that stands alone: deletes what `run` has made, however far it came. Always called, whether `run` failed or not. */
  cleanUp?(context: StepContext): Promise<void>;
}

/**
 * Describes a numbered step. What it does is `run`; it is done when `run` returns and every check in it held.
 *
 * With `cleanUp` it stands alone: it needs no other step and leaves nothing.
 */
export function defineStep({
  needs = [],
  makes = [],
  endsRun = false,
  needsVendor = false,
  model = 'openai',
  criteria = [],
  ...step
}: Pick<Step, 'id' | 'title' | 'run'> & Partial<Step>): Step {
  return { needs, makes, endsRun, needsVendor, model, criteria, ...step };
}
