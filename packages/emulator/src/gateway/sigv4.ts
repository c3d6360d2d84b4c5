import { createHash, createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { AwsError } from './aws-error.ts';

/** What a Signature Version 4 header says, before anything of it is trusted. */
export interface Signature {
  accessKeyId: string;
  date: string;
  region: string;
  service: string;
  signedHeaders: string[];
  signature: string;
  /** `x-amz-date`, as sent: `20261123T021956Z`. */
  timestamp: string;
  sessionToken?: string;
  /** Of a presigned URL: for how many seconds from `timestamp` it is good. */
  expiresInSeconds?: number;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
/** AWS refuses a request that is older or newer than this. */
const CLOCK_SKEW_MS = 5 * 60_000;
const S3_CLOCK_SKEW_MS = 15 * 60_000;

/** Reads the `Authorization` header. Throws AWS's codes for a missing or an incomplete one. */
export function parseSignature(headers: IncomingHttpHeaders): Signature {
  const authorization = headers.authorization;
  if (!authorization) throw new AwsError('MissingAuthenticationToken', 403, 'Missing Authentication Token');
  if (!authorization.startsWith(ALGORITHM)) {
    throw new AwsError('IncompleteSignature', 400, `Unsupported authorization type: expected ${ALGORITHM}.`);
  }
  const fields = Object.fromEntries(
    authorization
      .slice(ALGORITHM.length)
      .split(',')
      .map((part) => part.trim().split('=', 2) as [string, string | undefined]),
  );
  const { Credential: credential, SignedHeaders: signedHeaders, Signature: signature } = fields;
  const timestamp = headers['x-amz-date'];
  for (const [name, value] of Object.entries({ Credential: credential, SignedHeaders: signedHeaders, Signature: signature })) {
    if (!value) throw new AwsError('IncompleteSignature', 400, `Authorization header requires '${name}' parameter.`);
  }
  if (typeof timestamp !== 'string')
    throw new AwsError('IncompleteSignature', 400, "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  const [accessKeyId, date, region, service, terminator] = credential!.split('/');
  if (!accessKeyId || !date || !region || !service || terminator !== 'aws4_request') {
    throw new AwsError(
      'IncompleteSignature',
      400,
      'Credential must have exactly 5 slash-delimited elements: access-key/date/region/service/aws4_request.',
    );
  }
  const sessionToken = headers['x-amz-security-token'];
  return {
    accessKeyId,
    date,
    region,
    service,
    signedHeaders: signedHeaders!.split(';'),
    signature: signature!,
    timestamp,
    ...(typeof sessionToken === 'string' ? { sessionToken } : {}),
  };
}

export interface SignedRequest {
  method: string;
  /** The request target as it came: path and query, undecoded. */
  url: string;
  headers: IncomingHttpHeaders;
  /** Each value of each header as it came. Node joins those of a header that came twice by a comma and a space, signers by a comma. */
  headersDistinct?: Readonly<Record<string, readonly string[] | undefined>>;
  /** The whole body; or what stands for it in the signature, where it is too large to be held and its receiver checks it against that. */
  body: Buffer | { hash: string };
}

/** Throws unless `signature` is the one that the holder of `secretAccessKey` makes for `request`, at about `now`. */
export function verifySignature(signature: Signature, request: SignedRequest, signingKey: KeyObject, now: Date): void {
  checkClock(signature, now);
  checkSignedHeaders(signature, request.headers);
  checkHmac(signature.signature, stringToSign(signature, request), signingKey);
}

/**
 * What a header says that is not signed, anybody on the way could have said: `x-amz-target` names the operation. As on AWS, `host` has to be signed,
 * and so does every `x-amz-*` header that is there.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html, "SignedHeaders"
 */
function checkSignedHeaders({ signedHeaders, service, expiresInSeconds }: Signature, headers: IncomingHttpHeaders): void {
  if (!signedHeaders.includes('host')) throw mismatch();
  // Of a presigned URL the signature and all that it says are in the query. S3 has a message of its own.
  if (expiresInSeconds !== undefined || service === 's3') return;
  const unsigned = Object.keys(headers).find((name) => name.startsWith('x-amz-') && !signedHeaders.includes(name));
  if (unsigned !== undefined)
    throw new AwsError('SignatureDoesNotMatch', 403, `There were headers present in the request which were not signed: ${unsigned}`);
}

/** Throws unless `signature`, in hexadecimal, is the HMAC of `text`. */
export function checkHmac(signature: string, text: string, signingKey: KeyObject): void {
  const expected = createHmac('sha256', signingKey).update(text).digest();
  // Decoding stops at what is no hexadecimal digit: only the 64 digits themselves are a signature, not something with an end added.
  const actual = Buffer.from(/^[0-9a-f]{64}$/.test(signature) ? signature : '', 'hex');
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) throw mismatch();
}

/** The key of one day, region and service: the same for many requests, so callers keep it. */
export function deriveSigningKey(
  secretAccessKey: string,
  { date, region, service }: Pick<Signature, 'date' | 'region' | 'service'>,
): KeyObject {
  const key = [date, region, service, 'aws4_request'].reduce<Buffer>(
    (derived, part) => createHmac('sha256', derived).update(part).digest(),
    Buffer.from(`AWS4${secretAccessKey}`),
  );
  return createSecretKey(key);
}

function mismatch(): AwsError {
  return new AwsError(
    'SignatureDoesNotMatch',
    403,
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  );
}

function checkClock({ timestamp, date, service, expiresInSeconds }: Signature, now: Date): void {
  const skew = service === 's3' ? S3_CLOCK_SKEW_MS : CLOCK_SKEW_MS;
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(timestamp);
  if (!match) throw new AwsError('IncompleteSignature', 400, `Date must be in ISO-8601 'basic format'. Got '${timestamp.slice(0, 64)}'.`);
  if (!timestamp.startsWith(date))
    throw new AwsError(
      'SignatureDoesNotMatch',
      403,
      'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.',
    );
  const [, year, month, day, hour, minute, second] = match;
  const signedAt = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  const basic = (time: number) => `${new Date(time).toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
  const minutes = `${skew / 60_000} min.`;
  if (expiresInSeconds !== undefined) {
    if (now.getTime() > signedAt + expiresInSeconds * 1000) throw new AwsError('AccessDenied', 403, 'Request has expired');
  } else if (signedAt < now.getTime() - skew) {
    throw new AwsError(
      'SignatureExpired',
      403,
      `Signature expired: ${timestamp} is now earlier than ${basic(now.getTime() - skew)} (${basic(now.getTime())} - ${minutes})`,
    );
  }
  if (signedAt > now.getTime() + skew) {
    throw new AwsError(
      'SignatureExpired',
      403,
      `Signature not yet current: ${timestamp} is still later than ${basic(now.getTime() + skew)} (${basic(now.getTime())} + ${minutes})`,
    );
  }
}

/** What is signed. */
export function stringToSign(signature: Signature, request: SignedRequest): string {
  const scope = `${signature.date}/${signature.region}/${signature.service}/aws4_request`;
  return [ALGORITHM, signature.timestamp, scope, sha256(canonicalRequest(signature, request))].join('\n');
}

/** What {@link stringToSign} contains the hash of. */
export function canonicalRequest(
  { signedHeaders, service, expiresInSeconds }: Signature,
  { method, url, headers, headersDistinct = {}, body }: SignedRequest,
): string {
  const question = url.indexOf('?');
  const path = question < 0 ? url : url.slice(0, question);
  const query = question < 0 ? '' : url.slice(question + 1);
  const canonicalHeaders = signedHeaders
    .map((name) => `${name}:${headerValue(valueOf(headersDistinct, name) ?? valueOf(headers, name))}\n`)
    .join('');
  const canonical =
    service === 's3'
      ? path
          .split('/')
          .map((segment) => encode(decode(segment)))
          .join('/')
      : canonicalPath(path);
  // Hashed here, whatever `x-amz-content-sha256` says: only S3 takes a body that nobody has signed, and gives what stands for it.
  const hash = Buffer.isBuffer(body) ? sha256(body) : body.hash;
  return [method, canonical, canonicalQuery(query, expiresInSeconds !== undefined), canonicalHeaders, signedHeaders.join(';'), hash].join(
    '\n',
  );
}

/** A member that every object has, such as `constructor`, is no header. */
function valueOf<Value>(headers: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(headers, name) ? headers[name] : undefined;
}

function headerValue(value: string | readonly string[] | undefined): string {
  return [value ?? '']
    .flat()
    .map((text) => text.trim().replaceAll(/ +/g, ' '))
    .join(',');
}

/** Every service but S3, which signs it as it is, signs the path encoded once more than it is sent, with empty and dot segments resolved. */
function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') segments.pop();
    else segments.push(segment);
  }
  const normalised = `/${segments.join('/')}${segments.length > 0 && path.endsWith('/') ? '/' : ''}`;
  return normalised.split('/').map(encode).join('/');
}

function canonicalQuery(query: string, isPresigned: boolean): string {
  if (query === '') return '';
  // A presigned URL carries its signature in the query, which cannot be signed itself.
  const signed = query.split('&').filter((pair) => !isPresigned || !pair.startsWith('X-Amz-Signature='));
  const pairs = signed.map((pair) => {
    const equals = pair.indexOf('=');
    const [key, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    return [encode(decode(key)), encode(decode(value))] as const;
  });
  return pairs
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
    .map(([key, value]) => `${key}=${value}`)
    .join('&');
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** RFC 3986: everything but the unreserved characters is encoded. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (character) => `%${character.codePointAt(0)!.toString(16).toUpperCase()}`);
}
