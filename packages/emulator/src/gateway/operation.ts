import type { ContextValue, Principal } from '../iam/types.ts';
import type { EmulatorServices } from '../emulator-services.ts';

/** What a handler knows of the call that it serves. */
export interface OperationContext {
  readonly accountId: string;
  readonly region: string;
  readonly requestId: string;
  readonly principal: Principal;
  /** Policies that the caller's session was started with, as JSON: credentials made from it must keep them. */
  readonly sessionPolicies: readonly string[];
  /** The user whose token came in place of a signature. */
  readonly bearer?: BearerUser;
  readonly emulator: EmulatorServices;
  /** Aborts when the caller hangs up. */
  readonly signal: AbortSignal;
  /** Extra headers of the request that handlers may need, lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Throws the service's access-denied error unless the caller may do `action` on every one of `resources`. */
  authorize(permission: Permission): void;
}

/** A user as a verified token names them, and the token. */
export interface BearerUser {
  issuer: string;
  subject: string;
  token: string;
}

/** Who calls, once that is known: by signature, or by bearer token. */
export interface GatewayCaller {
  principal: Principal;
  sessionPolicies: string[];
  region: string;
  bearer?: BearerUser;
}

/** Something that the caller must be allowed to do before a handler runs. */
export interface Permission {
  /** Defaults to the operation's own action. */
  action?: string;
  resources: readonly string[];
  /** Service condition keys of this call, e.g. `bedrock-agentcore:userid`. */
  context?: Record<string, ContextValue>;
  /** The trust policy of the role that is to be assumed, as JSON: it has a say beside the caller's own policies. */
  trustPolicy?: string;
}

type WithoutMetadata<Output> = Omit<Output, '$metadata'>;

/** One operation of one service: who may call it and what it does. */
export interface Operation<Input = never, Output = unknown> {
  /** What the caller must be allowed to do. Default: the operation's action on `*`. An empty list: anyone with valid credentials. */
  authorize?(input: Input, context: OperationContext): readonly Permission[];
  /**
   * For an operation that takes a user's token in place of a signature, as a bearer token or in its input: whose account it is and who the user is.
   * Where it answers `bearer`, IAM has no say. Throws what the service answers to a token that is missing (`undefined`), not valid, or not allowed in.
   */
  authenticateBearer?(input: Input, token: string | undefined, emulator: EmulatorServices): Promise<GatewayCaller>;
  handle(input: Input, context: OperationContext): WithoutMetadata<Output> | Promise<WithoutMetadata<Output>>;
}

/** Ties a handler to the SDK's types for its operation. */
export function defineOperation<Input, Output>(operation: Operation<Input, Output>): Operation<Input, Output> {
  return operation;
}

/** A service's handlers by operation name. */
export type ServiceOperations = Readonly<Record<string, Operation>>;
