import { createHash, type KeyObject } from 'node:crypto';
import { AwsError } from '../../../gateway/aws-error.ts';
import { checkHmac } from '../../../gateway/sigv4.ts';
import { s3Error } from '../errors.ts';

/** What chunks are signed with: each signature contains the one before, the first that of the request. */
export interface BodySignature {
  seed: string;
  timestamp: string;
  /** `20261123/us-west-2/s3/aws4_request` */
  scope: string;
  key: KeyObject;
}

const EMPTY = Buffer.alloc(0);
const EMPTY_HASH = createHash('sha256').digest('hex');
/** A chunk's head is a number and a signature; all trailers together are a few checksums. */
const MAX_LINE_BYTES = 1024;
const MAX_TRAILERS = 10;

/**
 * Decodes `aws-chunked`, https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html, as it comes. With `signature` every chunk and the
 * trailers must be signed. Trailers are put into `trailers`, with lower-case names.
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
  signature: BodySignature | undefined,
): AsyncGenerator<Buffer> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    yield* decode(createReader(iterator), trailers, signature && createChecker(signature));
  } finally {
    // Else the source would wait for ever to be read on.
    await iterator.return?.();
  }
}

async function* decode(
  reader: ReturnType<typeof createReader>,
  trailers: Map<string, string>,
  check: ReturnType<typeof createChecker> | undefined,
): AsyncGenerator<Buffer> {
  for (;;) {
    const head = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec((await reader.line()) ?? '');
    if (!head) throw incomplete();
    const size = Number.parseInt(head[1]!, 16);
    const hash = check && createHash('sha256');
    for (let left = size; left > 0;) {
      const part = await reader.upTo(left);
      left -= part.length;
      hash?.update(part);
      yield part;
    }
    check?.('AWS4-HMAC-SHA256-PAYLOAD', `${EMPTY_HASH}\n${hash!.digest('hex')}`, head[2]);
    if (size === 0) break;
    if ((await reader.line()) !== '') throw incomplete();
  }
  let signed = '';
  for (;;) {
    const line = await reader.line();
    if (line === undefined || line === '') break;
    const [, name, value] = /^([A-Za-z0-9-]+):(.*)$/.exec(line) ?? malformedTrailer();
    trailers.set(name!.toLowerCase(), value!.trim());
    if (trailers.size > MAX_TRAILERS) malformedTrailer();
    if (name!.toLowerCase() !== 'x-amz-trailer-signature') signed += `${name!.toLowerCase()}:${value!.trim()}\n`;
  }
  if (signed !== '')
    check?.('AWS4-HMAC-SHA256-TRAILER', createHash('sha256').update(signed).digest('hex'), trailers.get('x-amz-trailer-signature'));
}

function createChecker({ seed, timestamp, scope, key }: BodySignature) {
  let previous = seed;
  return (algorithm: string, hashes: string, signature: string | undefined) => {
    if (signature === undefined) throw new AwsError('SignatureDoesNotMatch', 403, 'A chunk or the trailers of the request are not signed.');
    checkHmac(signature, [algorithm, timestamp, scope, previous, hashes].join('\n'), key);
    previous = signature;
  };
}

function createReader(iterator: AsyncIterator<Buffer>) {
  let pending: Buffer = EMPTY;
  const more = async (): Promise<boolean> => {
    const next = await iterator.next();
    if (next.done) return false;
    pending = pending.length === 0 ? next.value : Buffer.concat([pending, next.value]);
    return true;
  };
  return {
    /** Up to the next line break, or the end; `undefined` at the end. */
    async line(): Promise<string | undefined> {
      for (;;) {
        const end = pending.indexOf('\r\n');
        if (end > MAX_LINE_BYTES || (end < 0 && pending.length > MAX_LINE_BYTES)) throw incomplete();
        if (end >= 0) {
          const line = pending.toString('latin1', 0, end);
          pending = pending.subarray(end + 2);
          return line;
        }
        if (!(await more())) {
          if (pending.length > 0) throw incomplete();
          return undefined;
        }
      }
    },
    async upTo(limit: number): Promise<Buffer> {
      while (pending.length === 0) if (!(await more())) throw incomplete();
      const part = pending.subarray(0, limit);
      pending = pending.subarray(part.length);
      return part;
    },
  };
}

export function incomplete(): AwsError {
  return s3Error('IncompleteBody', 400, 'The request body terminated unexpectedly');
}

function malformedTrailer(): never {
  throw s3Error(
    'MalformedTrailerError',
    400,
    'The request contained trailing data that was not well-formed or did not conform to our published schema.',
  );
}
