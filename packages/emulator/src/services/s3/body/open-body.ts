import { createHash } from 'node:crypto';
import type { S3Call } from '../call.ts';
import { invalidRequest, notImplemented, s3Error } from '../errors.ts';
import type { StoredChecksum } from '../object.ts';
import { createChecksum, isChecksum, readAlgorithm } from './checksums.ts';
import { decodeAwsChunked, incomplete } from './decode-aws-chunked.ts';

/** The bytes that a request carries, decoded and checked against all that it says of them: reading them to the end throws where they differ. */
export interface Body {
  bytes: AsyncGenerator<Buffer>;
  /** The SHA-256 that the signature names, in hexadecimal: whoever stores the bytes is to compare it. */
  sha256: string | undefined;
  /** After the end. */
  result(): { md5: string; checksum?: StoredChecksum };
}

/** AWS's limit for one PUT. */
const MAX_BYTES = 5 * 1024 ** 3;

export interface BodyOptions {
  /** The algorithm of the checksum that is taken where the request says none. */
  checksumByDefault?: string;
  /** The request's checksum is not that of its body: that of CompleteMultipartUpload is that of the object. */
  ignoresChecksum?: boolean;
}

export function openBody(call: S3Call, { checksumByDefault, ignoresChecksum = false }: BodyOptions = {}): Body {
  const { headers, request } = call;
  const payload = headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD';
  if (call.bodySignature === undefined && payload.startsWith('STREAMING-AWS4-'))
    throw invalidRequest('A body that is signed in chunks needs a request that is signed with AWS4-HMAC-SHA256.');
  const isChunked = payload.startsWith('STREAMING-');
  const length = bodyLength(call, isChunked);
  const declared = ignoresChecksum ? undefined : declaredChecksum(headers);
  const algorithm = declared?.algorithm ?? checksumByDefault;
  const checksum = algorithm === undefined ? undefined : createChecksum(algorithm);
  const md5 = createHash('md5');
  const trailers = new Map<string, string>();
  let taken: { md5: string; checksum?: StoredChecksum } | undefined;

  async function* read(): AsyncGenerator<Buffer> {
    // Whoever is refused midway still gets an answer: the request is not destroyed with its iterator.
    const raw = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    const source = isChunked ? decodeAwsChunked(raw, trailers, isSigned(payload) ? call.bodySignature : undefined) : raw;
    let size = 0;
    for await (const chunk of source) {
      size += chunk.length;
      if (size > length) throw incomplete();
      md5.update(chunk);
      checksum?.update(chunk);
      yield chunk;
    }
    if (size !== length) throw incomplete();
    taken = finish();
  }

  function finish(): { md5: string; checksum?: StoredChecksum } {
    const actual = md5.digest();
    checkMd5(headers['content-md5'], actual);
    if (!checksum || algorithm === undefined) return { md5: actual.toString('hex') };
    const value = checksum.digest();
    if (declared) checkDeclared(declared, value, trailers);
    return { md5: actual.toString('hex'), checksum: { algorithm, value, type: 'FULL_OBJECT' } };
  }

  return { bytes: read(), sha256: /^[0-9a-f]{64}$/.test(payload) ? payload : undefined, result: () => taken! };
}

function isSigned(payload: string): boolean {
  if (/^STREAMING-AWS4-HMAC-SHA256-PAYLOAD(?:-TRAILER)?$/.test(payload)) return true;
  if (payload === 'STREAMING-UNSIGNED-PAYLOAD-TRAILER') return false;
  throw notImplemented(`x-amz-content-sha256: ${payload.slice(0, 100)}`);
}

function bodyLength({ headers, request }: S3Call, isChunked: boolean): number {
  const text = isChunked ? headers['x-amz-decoded-content-length'] : headers['content-length'];
  // A request without a body may say so by saying nothing.
  if (text === undefined && !isChunked && request.headers['transfer-encoding'] === undefined) return 0;
  if (text === undefined || !/^\d{1,15}$/.test(text))
    throw s3Error('MissingContentLength', 411, 'You must provide the Content-Length HTTP header.');
  if (Number(text) > MAX_BYTES)
    throw s3Error('EntityTooLarge', 400, 'Your proposed upload exceeds the maximum allowed size', {
      ProposedSize: text,
      MaxSizeAllowed: String(MAX_BYTES),
    });
  return Number(text);
}

/** The one checksum that a request carries, as a header or announced as a trailer. */
function declaredChecksum(headers: S3Call['headers']): { algorithm: string; value?: string } | undefined {
  const prefix = 'x-amz-checksum-';
  const names = Object.keys(headers).filter((name) => name.startsWith(prefix) && !/-(?:mode|type|algorithm)$/.test(name));
  const announced = (headers['x-amz-trailer'] ?? '').split(',').map((name) => name.trim().toLowerCase());
  const trailing = announced.filter((name) => name.startsWith(prefix));
  if (names.length + trailing.length > 1)
    throw invalidRequest('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
  const [name = trailing[0]] = names;
  if (name === undefined) {
    if (headers['x-amz-sdk-checksum-algorithm'] === undefined) return undefined;
    throw invalidRequest(
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  }
  const algorithm = readAlgorithm(name.slice(prefix.length), 'The algorithm type you specified in x-amz-checksum- header is invalid.');
  const value = headers[name];
  if (value !== undefined && !isChecksum(algorithm, value)) throw invalidRequest(`Value for ${name} header is invalid.`);
  return { algorithm, ...(value === undefined ? {} : { value }) };
}

function checkDeclared(
  { algorithm, value }: NonNullable<ReturnType<typeof declaredChecksum>>,
  actual: string,
  trailers: ReadonlyMap<string, string>,
): void {
  const name = `x-amz-checksum-${algorithm}`;
  const expected = value ?? trailers.get(name);
  if (expected === undefined) throw s3Error('MalformedTrailerError', 400, `The trailer ${name} that x-amz-trailer announces is missing.`);
  if (!isChecksum(algorithm, expected)) throw invalidRequest(`Value for ${name} trailing header is invalid.`);
  if (actual !== expected)
    throw s3Error('BadDigest', 400, `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`);
}

function checkMd5(declared: string | undefined, actual: Buffer): void {
  if (declared === undefined) return;
  if (Buffer.from(declared, 'base64').length !== 16)
    throw s3Error('InvalidDigest', 400, 'The Content-MD5 you specified was invalid.', { 'Content-MD5': declared.slice(0, 100) });
  if (declared !== actual.toString('base64'))
    throw s3Error('BadDigest', 400, 'The Content-MD5 you specified did not match what we received.', {
      // The two in different notations, as S3 has it.
      ExpectedDigest: Buffer.from(declared, 'base64').toString('hex'),
      CalculatedDigest: actual.toString('base64'),
    });
}
