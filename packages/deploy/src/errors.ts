/**
 * Why a call of this package failed. The codes are stable; the messages are for people.
 *
 * | code | whose fault, and what helps |
 * |---|---|
 * | `INVALID_CONFIG` | the description of the agent: the message names the field and what is allowed |
 * | `ENTRY_NOT_FOUND`, `BUNDLE_FAILED` | the agent's source |
 * | `BASE_UNSUITABLE` | the base image has no linux/arm64 variant, or is not an image |
 * | `DIGEST_MISMATCH` | a registry (or something on the way) sent other bytes than it promised |
 * | `REGISTRY`, `REGISTRY_AUTH` | the registry refused or failed after the retries |
 * | `REGION_MISSING`, `NO_CREDENTIALS` | the environment of the AWS SDK |
 * | `AWS` | an AWS service refused; `cause` is the SDK's own error |
 * | `NOT_OURS` | a resource of that name exists and this package did not make it; see `adopt` |
 * | `CONFLICT` | another deployment of the same agent is under way |
 * | `NOT_DEPLOYED` | there is nothing to attach to, or nothing to invoke |
 * | `RUNTIME_FAILED` | the service gave up; the message carries its `failureReason` |
 * | `DEADLINE` | it took longer than `timeoutMs` |
 * | `ABORTED` | the caller's signal |
 * | `INVOKE_FAILED` | the invocation was refused or the container answered with an error |
 * | `AGENT_ERROR` | the agent reported an error in its stream |
 */
export type DeployErrorCode =
  | 'ABORTED'
  | 'AGENT_ERROR'
  | 'AWS'
  | 'BASE_UNSUITABLE'
  | 'BUNDLE_FAILED'
  | 'CONFLICT'
  | 'DEADLINE'
  | 'DIGEST_MISMATCH'
  | 'ENTRY_NOT_FOUND'
  | 'INVALID_CONFIG'
  | 'INVOKE_FAILED'
  | 'NO_CREDENTIALS'
  | 'NOT_DEPLOYED'
  | 'NOT_OURS'
  | 'REGION_MISSING'
  | 'REGISTRY'
  | 'REGISTRY_AUTH'
  | 'RUNTIME_FAILED';

export interface DeployErrorOptions {
  cause?: unknown;
  /** The type that the agent or the service gave the error, e.g. `AccessDeniedException`. */
  type?: string;
}

/** Every error that this package throws on purpose. `code` is stable, `cause` is kept. */
export class DeployError extends Error {
  readonly code: DeployErrorCode;
  /** The type that the agent or the service gave the error, e.g. `AccessDeniedException`. */
  readonly type: string | undefined;

  constructor(code: DeployErrorCode, message: string, options: DeployErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'DeployError';
    this.code = code;
    this.type = options.type;
  }
}
