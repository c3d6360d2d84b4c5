import type { ServerResponse } from 'node:http';
import type { ApiModel } from '../api/model.ts';
import type { AwsError } from './aws-error.ts';
import { escapeXml } from './write-xml.ts';

type Protocol = ApiModel['protocol'];

/**
 * The same fault has another name in each protocol family, e.g. a bad signature is `SignatureDoesNotMatch` in the query protocol and
 * `InvalidSignatureException` in the JSON ones. Handlers and the gateway use one name; this is where it is translated.
 */
const NAMES: Record<string, Partial<Record<Protocol, string>>> = {
  SignatureDoesNotMatch: { 'rest-json': 'InvalidSignatureException', json: 'InvalidSignatureException' },
  SignatureExpired: { 'rest-json': 'InvalidSignatureException', json: 'InvalidSignatureException', query: 'SignatureDoesNotMatch' },
  MissingAuthenticationToken: { 'rest-json': 'MissingAuthenticationTokenException', json: 'MissingAuthenticationTokenException' },
  IncompleteSignature: { 'rest-json': 'IncompleteSignatureException', json: 'IncompleteSignatureException' },
  InvalidClientTokenId: { 'rest-json': 'UnrecognizedClientException', json: 'UnrecognizedClientException' },
  ExpiredToken: { 'rest-json': 'ExpiredTokenException', json: 'ExpiredTokenException' },
  AccessDenied: { 'rest-json': 'AccessDeniedException', json: 'AccessDeniedException' },
  InternalFailure: { 'rest-json': 'InternalServerException', json: 'InternalFailure' },
};

/** In which form a service says what is wrong; of a service that there is not, the form of the request is all that is known. */
export type ErrorModel = Pick<ApiModel, 'protocol'> & Partial<Pick<ApiModel, 'xmlNamespace'>>;

export function writeError(error: AwsError, model: ErrorModel, requestId: string, response: ServerResponse): void {
  const { protocol } = model;
  const code = NAMES[error.code]?.[protocol] ?? error.code;
  // The JSON-1.1 services answer 400 for nearly every fault of the caller.
  const status = protocol === 'json' && error.status < 500 ? 400 : error.status;
  response.setHeader('x-amzn-requestid', requestId);
  for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
  if (protocol === 'query') {
    const fault = status < 500 ? 'Sender' : 'Receiver';
    const namespace = model.xmlNamespace ? ` xmlns="${model.xmlNamespace}"` : '';
    const body = `<ErrorResponse${namespace}><Error><Type>${fault}</Type><Code>${escapeXml(code)}</Code><Message>${escapeXml(error.message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
    return send(response, status, 'text/xml', body);
  }
  response.setHeader('x-amzn-errortype', code);
  const type = protocol === 'json' ? { __type: code } : {};
  send(
    response,
    status,
    protocol === 'json' ? 'application/x-amz-json-1.1' : 'application/json',
    JSON.stringify(error.body ?? { ...type, message: error.message, ...error.details }),
  );
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  // A client that still sends its body when we have already refused it must not read our answer as the start of the next one.
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
