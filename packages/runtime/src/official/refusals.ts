import { RuntimeError } from '../errors.ts';

/** The answer to a request that the official package's framework refuses before the handler. */
export interface Refusal {
  statusCode: number;
  code: string;
  error: string;
  message: string;
}

/** Refusals by what is wrong, in the framework's own codes and words, which clients may have come to match. */
export const refusals = {
  mediaType: {
    statusCode: 415,
    code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE',
    error: 'Unsupported Media Type',
    message: 'Unsupported Media Type',
  },
  tooLarge: { statusCode: 413, code: 'FST_ERR_CTP_BODY_TOO_LARGE', error: 'Payload Too Large', message: 'Request body is too large' },
  empty: {
    statusCode: 400,
    code: 'FST_ERR_CTP_EMPTY_JSON_BODY',
    error: 'Bad Request',
    message: "Body cannot be empty when content-type is set to 'application/json'",
  },
  json: {
    statusCode: 400,
    code: 'FST_ERR_CTP_INVALID_JSON_BODY',
    error: 'Bad Request',
    message: "Body is not valid JSON but content-type is set to 'application/json'",
  },
} satisfies Record<string, Refusal>;

/** Thrown for a request that is refused before the handler. */
export class Refused extends RuntimeError {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super('HTTP', refusal.message);
    this.refusal = refusal;
  }
}
