import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Authorizer } from '../../authorization/create-authorizer.ts';
import type { createAuthenticator } from '../../credentials/authenticate.ts';
import { EmulatorError } from '../../emulator-error.ts';
import type { EmulatorServices } from '../../emulator-services.ts';
import { AwsError } from '../../gateway/aws-error.ts';
import { asStateError } from '../../store/as-state-error.ts';
import type { S3Answer } from './call.ts';
import { toHeaderBytes } from './header-text.ts';
import { createCall } from './create-call.ts';
import { findS3Operation } from './find-s3-operation.ts';
import { readTarget } from './read-target.ts';
import { refuseHeaders } from './refuse-headers.ts';
import { sweepObjects } from './sweep-objects.ts';
import { writeS3Error } from './write-s3-error.ts';
import { writeXml } from './xml.ts';

export type S3Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface S3Options {
  emulator: EmulatorServices;
  authenticate: ReturnType<typeof createAuthenticator>;
  authorizer: Authorizer;
  onFault(error: unknown, operation: string): void;
}

/**
 * Serves Amazon S3, to what is signed for it. Unlike the other services it is not driven by the SDK's schemas: its operations are told apart by
 * parameters of the query, and bodies are streamed, not held.
 */
export function createS3Handler(options: S3Options): S3Handler {
  // Not at the start of the emulator, which has no time for those who do not use S3.
  sweepObjects(options.emulator);
  return async (request, response) => {
    const requestId = randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase();
    response.setHeader('x-amz-request-id', requestId);
    response.setHeader('x-amz-id-2', requestId);
    response.setHeader('server', 'AmazonS3');
    const method = request.method ?? 'GET';
    let operation = 'unknown operation';
    try {
      const target = readTarget(request);
      const call = createCall(options, request, target);
      const found = findS3Operation(method, target, call.headers);
      operation = found.name;
      refuseHeaders(call.headers);
      await send(await found.operation(call), method, response);
    } catch (error) {
      // Whoever is refused midway may send on before they read: what nobody takes would block them, and the connection.
      request.resume();
      const state = asStateError(error, options.emulator.store.directory);
      if (isHangUp(error)) return void response.destroy();
      if (response.headersSent) {
        // The answer has begun: the only honest sign of a fault that is left is to break it off.
        response.destroy();
        return options.onFault(state, `s3:${operation}`);
      }
      if (error instanceof AwsError) return writeS3Error(error, { method, requestId }, response);
      options.onFault(state, `s3:${operation}`);
      const message =
        state instanceof EmulatorError
          ? state.message
          : 'The emulator failed while it served this request: this is a bug of the emulator. Its log has the details.';
      writeS3Error(new AwsError('InternalFailure', 500, message), { method, requestId }, response);
    }
  };
}

async function send({ status = 200, headers = {}, xml, stream }: S3Answer, method: string, response: ServerResponse): Promise<void> {
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) response.setHeader(name, toHeaderBytes(value));
  if (stream && method !== 'HEAD') {
    response.writeHead(status);
    return pipeline(stream, response);
  }
  const text = xml && writeXml(xml.root, xml.value);
  if (text !== undefined) {
    response.setHeader('content-type', 'application/xml');
    response.setHeader('content-length', Buffer.byteLength(text));
  } else if (status !== 204 && status !== 304 && method !== 'HEAD') response.setHeader('content-length', 0);
  response.writeHead(status);
  response.end(text);
}

function isHangUp(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ERR_STREAM_UNABLE_TO_PIPE' || code === 'ABORT_ERR';
}
