import { IdentityError, type IdentityErrorCode, type IdentityErrorOptions } from '../errors.ts';
import { redact, redactError } from './redact.ts';
import { requiredPermissions, type Target } from './required-permissions.ts';

/** What was called on what. */
export interface CallSubject extends Target {
  operation: string;
  /** Secrets of the input: never repeated in a message, not even where the service does. */
  secrets?: readonly (string | undefined)[];
}

/** The part of an SDK error that is read. */
interface SdkError {
  name: string;
  message: string;
  $metadata?: { requestId?: string; httpStatusCode?: number };
}

const CODE_BY_NAME: Record<string, IdentityErrorCode> = {
  AccessDenied: 'ACCESS_DENIED',
  AccessDeniedException: 'ACCESS_DENIED',
  ConcurrentModificationException: 'CONFLICT',
  ConflictException: 'CONFLICT',
  CredentialsProviderError: 'CREDENTIALS',
  DecryptionFailure: 'ENCRYPTION',
  EncryptionFailure: 'ENCRYPTION',
  ExpiredToken: 'CREDENTIALS',
  ExpiredTokenException: 'CREDENTIALS',
  IncompleteSignature: 'CREDENTIALS',
  InvalidClientTokenId: 'CREDENTIALS',
  InvalidSignatureException: 'CREDENTIALS',
  MissingAuthenticationToken: 'CREDENTIALS',
  MissingAuthenticationTokenException: 'CREDENTIALS',
  ResourceLimitExceededException: 'QUOTA_EXCEEDED',
  ResourceNotFoundException: 'NOT_FOUND',
  RetryableConflictException: 'CONFLICT',
  ServiceQuotaExceededException: 'QUOTA_EXCEEDED',
  SignatureDoesNotMatch: 'CREDENTIALS',
  ThrottledException: 'THROTTLED',
  ThrottlingException: 'THROTTLED',
  TooManyRequestsException: 'THROTTLED',
  UnauthorizedException: 'UNAUTHORIZED',
  UnrecognizedClientException: 'CREDENTIALS',
  ValidationException: 'INVALID_ARGUMENT',
};

/** The IdentityError for what an SDK client threw. The SDK's error is the cause, without the secrets of the input. */
export function toIdentityError(thrown: unknown, subject: CallSubject): IdentityError {
  const secrets = (subject.secrets ?? []).filter((secret) => secret !== undefined);
  const cause = redactError(thrown, secrets);
  const error = asSdkError(thrown);
  const code = codeOf(error);
  const { requestId, httpStatusCode } = error.$metadata ?? {};
  const options: IdentityErrorOptions = { cause, operation: subject.operation };
  if (requestId !== undefined) options.requestId = requestId;
  if (httpStatusCode !== undefined) options.status = httpStatusCode;
  const said = redact(error.message, secrets).trim();
  const parts = [
    `${subject.operation}${nameOf(subject)}: ${said === '' || said === 'UnknownError' ? error.name : said}${/[.!?]$/.test(said) ? '' : '.'}`,
  ];
  const advice = isExpiredToken(error) ? EXPIRED_TOKEN : isLinkedIdentity(error) ? LINKED_IDENTITY : adviceFor(code, subject);
  if (advice !== undefined) parts.push(advice);
  if (requestId !== undefined) parts.push(`(AWS request id: ${requestId})`);
  return new IdentityError(code, parts.join(' '), options);
}

function codeOf({ name, message, $metadata }: SdkError): IdentityErrorCode {
  // A second workload identity of a name is refused as a ValidationException; the model of that operation has no ConflictException.
  if ((name === 'ConflictException' || name === 'ValidationException') && /already exists/i.test(message)) return 'ALREADY_EXISTS';
  // AWS's answer of CompleteResourceTokenAuth for an expired session and for another user's: no permission would help.
  if (name === 'AccessDeniedException' && /^invalid or expired session/i.test(message)) return 'AUTHORIZATION_FAILED';
  // AWS's answer for a workload access token of more than 15 minutes: no permission would help here either.
  if (isExpiredToken({ name, message })) return 'UNAUTHORIZED';
  const known = CODE_BY_NAME[name];
  if (known !== undefined) return known;
  return $metadata?.httpStatusCode === undefined ? 'NETWORK' : 'SERVICE';
}

const EXPIRED_TOKEN =
  'No permission is missing: a workload access token is valid for 15 minutes, and every invocation brings a new one. Fetch credentials early in the ' +
  'invocation, keep no token between invocations, and invoke the agent again.';

const LINKED_IDENTITY =
  "No permission is missing: a runtime's own identity gets its token with each invocation. Read it from the request (contextOf), or use a workload " +
  'identity of your own.';

function isExpiredToken({ name, message }: Pick<SdkError, 'name' | 'message'>): boolean {
  return name === 'AccessDeniedException' && /^token has expired/i.test(message);
}

function isLinkedIdentity({ name, message }: Pick<SdkError, 'name' | 'message'>): boolean {
  return name === 'ValidationException' && /^WorkloadIdentity is linked to a service/i.test(message);
}

function adviceFor(code: IdentityErrorCode, subject: CallSubject): string | undefined {
  const { operation } = subject;
  switch (code) {
    case 'ACCESS_DENIED':
      return `To fix it, ${requiredPermissions(operation, subject)}. A policy that was attached a moment ago can take some seconds to work.`;
    case 'ALREADY_EXISTS':
      return 'Update it, delete it first, or choose another name.';
    case 'AUTHORIZATION_FAILED':
      return 'The session has expired, or it belongs to another user. Ask for consent again.';
    case 'CONFLICT':
      return 'Another change of it is under way: try again when that is done.';
    case 'CREDENTIALS':
      return 'Check AWS_PROFILE, or AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN; temporary credentials may have expired.';
    case 'ENCRYPTION':
      return 'Check that the KMS key of the token vault exists, is enabled, and that its policy lets this principal use it.';
    case 'NETWORK':
      return 'Check the endpoint (AWS_ENDPOINT_URL, where it is set), the region and the network.';
    case 'NOT_FOUND':
      return 'Check the name, the region and the account: a resource of the same name in another region is another resource.';
    case 'THROTTLED':
      return 'The SDK has tried several times already: make fewer calls at once, or switch on the cache of IdentityClient.';
    case 'UNAUTHORIZED':
      if (operation === 'CompleteResourceTokenAuth')
        return 'Complete the session with the user id or token that its workload access token was made with.';
      return operation.startsWith('GetWorkload')
        ? 'The user token is forged, expired, or of an issuer or audience that is not accepted.'
        : 'The workload access token is expired, forged or of another workload: fetch credentials inside the invocation that they are for, and keep no token between invocations.';
    default:
      return undefined;
  }
}

const LONGEST_MESSAGE = 2_000;

/** Fit for a terminal and a log: what is too long is cut, and control characters, which can rewrite what stands there, are left out. */
function shown(text: string): string {
  const cut = text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE)}...` : text;
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  return cut.replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, '');
}

function nameOf({ provider, workload, vault }: CallSubject): string {
  if (provider !== undefined) return ` (credential provider '${provider}')`;
  if (workload !== undefined) return ` (workload identity '${workload}')`;
  return vault === undefined ? '' : ` (token vault '${vault}')`;
}

function asSdkError(thrown: unknown): SdkError {
  if (!(thrown instanceof Error)) return { name: 'Error', message: shown(String(thrown)) };
  const { name, message, $metadata } = thrown as unknown as Record<keyof SdkError, unknown>;
  return {
    name: typeof name === 'string' ? shown(name) : 'Error',
    // What answered need not be AWS: its JSON can have anything there.
    message: typeof message === 'string' ? shown(message) : '',
    ...(typeof $metadata === 'object' && $metadata !== null ? { $metadata } : {}),
  };
}
