/** An error of an AWS service, as its callers see it: a modelled code, an HTTP status and a message. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly status: number;
  /** Further members of the modelled error, e.g. `reason` and `fieldList` of AgentCore's ValidationException. */
  readonly details: Record<string, unknown>;
  /** The whole answer, of an error that does not have the form of its service's others. */
  readonly body: unknown;
  /** Headers that belong to the answer, e.g. `www-authenticate`. */
  readonly headers: Record<string, string>;

  constructor(
    code: string,
    status: number,
    message: string,
    {
      details = {},
      headers = {},
      body,
      cause,
    }: { details?: Record<string, unknown>; headers?: Record<string, string>; body?: unknown; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = status;
    this.details = details;
    this.headers = headers;
    this.body = body;
  }
}
