import type { IncomingMessage } from 'node:http';
import { AwsError } from './aws-error.ts';

/** The whole body. A request that says or proves to be larger than `limit` bytes is refused without being kept. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

function tooLarge(limit: number): AwsError {
  return new AwsError(
    'RequestEntityTooLargeException',
    413,
    `The request body is larger than ${limit} bytes, which is the most that this operation takes.`,
  );
}
