/** A refusal as OpenAI words it: its body is `{ error: { message, type, param, code } }`. */
export class ModelRequestError extends Error {
  override readonly name = 'ModelRequestError';
  readonly status: number;
  readonly code: string | null;
  readonly param: string | null;
  readonly type: string;

  constructor(
    status: number,
    message: string,
    { code = null, param = null, type = 'invalid_request_error' }: { code?: string | null; param?: string | null; type?: string } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.param = param;
    this.type = type;
  }
}
