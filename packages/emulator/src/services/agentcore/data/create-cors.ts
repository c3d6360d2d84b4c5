import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EmulatorServices } from '../../../emulator-services.ts';
import { DEFAULT_ENDPOINT } from '../runtime-items.ts';
import { findJwtAuthorizer } from './find-jwt-authorizer.ts';

const PATTERN = /^\/runtimes\/([^/]+)\/invocations$/;
/** What a page reads of an answer beside its body. */
const EXPOSED = 'content-type, www-authenticate, x-amzn-requestid, x-amzn-bedrock-agentcore-runtime-session-id';
const PREFLIGHT_SECONDS = '600';

/**
 * Lets a web page of another origin call a runtime that takes users' tokens, as AWS's own full-stack sample does. Pages of other machines are refused before
 * they come here, and a runtime that takes signatures gives no page anything.
 */
export function createCors(emulator: EmulatorServices): {
  /** Adds the headers without which a browser keeps an answer from its page. True for a preflight, which is answered with that. */
  apply(path: string, request: IncomingMessage, response: ServerResponse): boolean;
} {
  return {
    apply(path, { method, headers, url }, response) {
      const { origin } = headers;
      const encodedArn = origin === undefined ? undefined : PATTERN.exec(path)?.[1];
      if (origin === undefined || encodedArn === undefined) return false;
      const qualifier = new URL(url ?? '/', emulator.endpoint).searchParams.get('qualifier') ?? DEFAULT_ENDPOINT;
      if (!findJwtAuthorizer(emulator, encodedArn, qualifier)) return false;
      response.setHeader('access-control-allow-origin', origin);
      response.setHeader('vary', 'Origin');
      response.setHeader('access-control-expose-headers', EXPOSED);
      if (method !== 'OPTIONS') return false;
      response.setHeader('access-control-allow-methods', 'POST, OPTIONS');
      const wanted = headers['access-control-request-headers'];
      if (wanted !== undefined) response.setHeader('access-control-allow-headers', wanted);
      response.writeHead(200, { 'access-control-max-age': PREFLIGHT_SECONDS, 'content-length': 0 }).end();
      return true;
    },
  };
}
