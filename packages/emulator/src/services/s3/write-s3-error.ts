import type { ServerResponse } from 'node:http';
import type { AwsError } from '../../gateway/aws-error.ts';
import { element } from './xml.ts';

/** What the gateway calls a fault, and what S3 calls it. */
const NAMES: Record<string, { code: string; status: number; message?: string }> = {
  InvalidClientTokenId: {
    code: 'InvalidAccessKeyId',
    status: 403,
    message: 'The AWS Access Key Id you provided does not exist in our records.',
  },
  MissingAuthenticationToken: { code: 'AccessDenied', status: 403, message: 'Access Denied' },
  IncompleteSignature: { code: 'AuthorizationHeaderMalformed', status: 400 },
  SignatureExpired: {
    code: 'RequestTimeTooSkewed',
    status: 403,
    message: 'The difference between the request time and the current time is too large.',
  },
  ExpiredToken: { code: 'ExpiredToken', status: 400, message: 'The provided token has expired.' },
  InternalFailure: { code: 'InternalError', status: 500 },
};

/** How other services go on about a signature that does not match. */
const OTHERS_ADVICE = 'Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

/** Answers with S3's error document; to HEAD, and with 304, without one. */
export function writeS3Error(
  error: AwsError,
  { method, requestId }: { method: string; requestId: string },
  response: ServerResponse,
): void {
  const { code, status, message = error.message } = NAMES[error.code] ?? error;
  for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
  if (method === 'HEAD' || status === 304) {
    response.writeHead(status);
    return void response.end();
  }
  const details = error.details as Record<string, string>;
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n${element('Error', {
    Code: code,
    Message: message.replace(OTHERS_ADVICE, 'Check your key and signing method.'),
    ...details,
    RequestId: requestId,
    HostId: requestId,
  })}`;
  response.writeHead(status, { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
