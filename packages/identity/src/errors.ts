/**
 * Why a call of this package failed. The codes are stable; the messages are for people.
 *
 * | code | what happened, and what helps |
 * |---|---|
 * | `ABORTED` | the caller's signal; `cause` is its reason |
 * | `ACCESS_DENIED` | IAM said no; the message names the policy statement that is missing |
 * | `ALREADY_EXISTS` | a resource of that name is there; use the `ensure...` or `update...` call |
 * | `AUTHORIZATION_FAILED` | the user, the vendor or the session binding refused: ask for consent again |
 * | `BROWSER_FAILED` | no browser could be opened on this machine |
 * | `CALLBACK_FAILED` | the browser came back with something that is not a consent |
 * | `CONFLICT` | another change of the same resource is under way: try again |
 * | `CONSENT_REQUIRED` | the user has to consent and nobody was named to show the link to |
 * | `CONSENT_TIMEOUT` | the user did not consent in time |
 * | `CREDENTIALS` | there are no AWS credentials, or AWS does not accept them |
 * | `ENCRYPTION` | the key that protects the token vault cannot be used |
 * | `INVALID_ARGUMENT` | a parameter; the message names it and what is allowed |
 * | `INVALID_LOCAL_CONFIG` | `.agentcore.json` is not what it should be |
 * | `NETWORK` | the service was not reached, or did not answer in time |
 * | `NO_WORKLOAD_TOKEN` | the agent runs in a container and its request brought no workload access token |
 * | `NOT_FOUND` | there is no such provider, workload identity or vault in this account and region |
 * | `QUOTA_EXCEEDED` | a quota of the account |
 * | `SERVICE` | AWS failed, or answered what its documentation does not name; the message has the request id |
 * | `THROTTLED` | too many requests, after the SDK's own retries |
 * | `UNAUTHORIZED` | the token that was presented is forged, expired, or of another workload or user |
 * | `UNEXPECTED_ANSWER` | the service answered without what was asked for |
 */
export type IdentityErrorCode =
  | 'ABORTED'
  | 'ACCESS_DENIED'
  | 'ALREADY_EXISTS'
  | 'AUTHORIZATION_FAILED'
  | 'BROWSER_FAILED'
  | 'CALLBACK_FAILED'
  | 'CONFLICT'
  | 'CONSENT_REQUIRED'
  | 'CONSENT_TIMEOUT'
  | 'CREDENTIALS'
  | 'ENCRYPTION'
  | 'INVALID_ARGUMENT'
  | 'INVALID_LOCAL_CONFIG'
  | 'NETWORK'
  | 'NO_WORKLOAD_TOKEN'
  | 'NOT_FOUND'
  | 'QUOTA_EXCEEDED'
  | 'SERVICE'
  | 'THROTTLED'
  | 'UNAUTHORIZED'
  | 'UNEXPECTED_ANSWER';

/** What an {@link IdentityError} may carry beside its code and its message. */
export interface IdentityErrorOptions {
  cause?: unknown;
  /** The AWS operation that failed, e.g. `GetResourceApiKey`. */
  operation?: string;
  /** AWS's id of the failed request, which its support asks for. */
  requestId?: string;
  /** HTTP status of AWS's answer. */
  status?: number;
}

/** Every error that this package throws on purpose. `code` is stable, `cause` is kept, no message holds a secret. */
export class IdentityError extends Error {
  readonly code: IdentityErrorCode;
  /** The AWS operation that failed, where one did. */
  readonly operation: string | undefined;
  /** AWS's id of the failed request, where AWS was reached. */
  readonly requestId: string | undefined;
  /**
   * HTTP status of AWS's answer, where there was one. Not named `status`: an HTTP framework would take that for the status of its own
   * answer, and a caller of the agent would see the agent's 403 from AWS as its own.
   */
  readonly awsStatus: number | undefined;

  constructor(code: IdentityErrorCode, message: string, options: IdentityErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'IdentityError';
    this.code = code;
    this.operation = options.operation;
    this.requestId = options.requestId;
    this.awsStatus = options.status;
  }
}
