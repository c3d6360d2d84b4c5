import type { IncomingHttpHeaders } from 'node:http';
import type { Caller, createAuthenticator } from '../../credentials/authenticate.ts';
import { AwsError } from '../../gateway/aws-error.ts';
import { canonicalRequest, stringToSign, type Signature, type SignedRequest } from '../../gateway/sigv4.ts';
import { invalidRequest, s3Error } from './errors.ts';

export interface Sent {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  headersDistinct: Readonly<Record<string, string[] | undefined>>;
  /** Of a presigned URL also what it says in its query. */
  allHeaders: Readonly<Record<string, string | undefined>>;
  now: Date;
}

/** Finds out who signed a request, and that all is signed which must be. Throws S3's code, with what was expected, where the signature does not hold. */
export function identifySender(
  authenticate: ReturnType<typeof createAuthenticator>,
  { method, url, headers, headersDistinct, allHeaders, now }: Sent,
  signature: Signature,
): Caller {
  const isPresigned = signature.expiresInSeconds !== undefined;
  const hash = allHeaders['x-amz-content-sha256'] ?? (isPresigned ? 'UNSIGNED-PAYLOAD' : undefined);
  if (hash === undefined) throw invalidRequest('Missing required header for this request: x-amz-content-sha256');
  if (!/^(?:[0-9a-f]{64}|UNSIGNED-PAYLOAD|STREAMING-[A-Z0-9-]+)$/.test(hash))
    throw s3Error('InvalidArgument', 400, 'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-*, or a valid sha256 value.');
  const request = { method, url, headers, headersDistinct, body: { hash } };
  let caller: Caller;
  try {
    caller = authenticate(request, signature);
  } catch (error) {
    throw error instanceof AwsError ? explained(error, request, signature, now) : error;
  }
  const unsigned = Object.keys(headers).filter((name) => name.startsWith('x-amz-') && !signature.signedHeaders.includes(name));
  // A presigned URL leaves the body unsigned anyway: this header only repeats it.
  const harmless = isPresigned && hash === 'UNSIGNED-PAYLOAD' ? 'x-amz-content-sha256' : undefined;
  const added = unsigned.filter((name) => name !== harmless);
  if (added.length > 0)
    throw s3Error('AccessDenied', 403, 'There were headers present in the request which were not signed', {
      HeadersNotSigned: added.join(', '),
    });
  return caller;
}

/** The error with what S3 adds for who looks for the mistake: what it would have signed, or when a URL expired. */
function explained(error: AwsError, request: SignedRequest, signature: Signature, now: Date): AwsError {
  if (error.code === 'SignatureDoesNotMatch') {
    const [text, canonical] = [stringToSign(signature, request), canonicalRequest(signature, request)];
    return s3Error(error.code, error.status, error.message, {
      AWSAccessKeyId: signature.accessKeyId,
      StringToSign: text,
      SignatureProvided: signature.signature.slice(0, 1024),
      StringToSignBytes: inHexadecimal(text),
      CanonicalRequest: canonical,
      CanonicalRequestBytes: inHexadecimal(canonical),
    });
  }
  if (error.code === 'AccessDenied' && signature.expiresInSeconds !== undefined)
    return s3Error(error.code, error.status, error.message, {
      'X-Amz-Expires': String(signature.expiresInSeconds),
      Expires: expiryOf(signature),
      ServerTime: `${now.toISOString().slice(0, 19)}Z`,
    });
  return error;
}

function expiryOf({ timestamp, expiresInSeconds = 0 }: Signature): string {
  const signedAt = Date.parse(timestamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  return `${new Date(signedAt + expiresInSeconds * 1000).toISOString().slice(0, 19)}Z`;
}

function inHexadecimal(text: string): string {
  return Buffer.from(text)
    .toString('hex')
    .replaceAll(/(..)(?=.)/g, '$1 ');
}
