import type { IncomingMessage } from 'node:http';
import { isObject } from './fields.ts';
import type { JsonObject } from './fields.ts';
import { ModelRequestError } from './model-request-error.ts';

/**
 * The JSON object in a request's body. Of a body over `limit` bytes the rest is read and dropped, up to four times the limit, because a
 * client that is still sending would see a broken connection and not the answer.
 */
export async function readJsonBody(request: IncomingMessage, limit: number): Promise<JsonObject> {
  let chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
    else chunks = [];
    if (size > limit * 4) break;
  }
  if (size > limit) {
    throw new ModelRequestError(
      413,
      `The request body is larger than ${limit} bytes, which is the most that the local model stand-in takes.`,
      { code: 'request_too_large' },
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)));
  } catch {
    throw new ModelRequestError(
      400,
      'We could not parse the JSON body of your request. It must be a JSON object in UTF-8, sent with content-type application/json.',
    );
  }
  if (!isObject(value)) throw new ModelRequestError(400, 'The JSON body of your request must be an object.');
  return value;
}
