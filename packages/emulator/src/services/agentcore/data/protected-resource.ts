import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EmulatorServices } from '../../../emulator-services.ts';
import { AwsError } from '../../../gateway/aws-error.ts';
import { advertisedScopes } from '../jwt-authorizer.ts';
import { DEFAULT_ENDPOINT } from '../runtime-items.ts';
import { findAuthorizer } from './authenticate-user.ts';
import { invocationUrl } from './metadata-url.ts';

const PATTERN = /^\/runtimes\/([^/]+)\/invocations\/\.well-known\/oauth-protected-resource$/;

/** Serves that document. It is public: whoever asks has no token yet. */
export function createProtectedResourceHandler(emulator: EmulatorServices): {
  matches(method: string, path: string): boolean;
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
} {
  return {
    matches: (method, path) => method === 'GET' && PATTERN.test(path),
    async handle(request, response) {
      const { pathname, searchParams } = new URL(request.url ?? '/', emulator.endpoint);
      const arn = decode(PATTERN.exec(pathname)?.[1] ?? '');
      const found = authorizerOf(arn, searchParams.get('qualifier') ?? DEFAULT_ENDPOINT);
      const text = JSON.stringify(
        found
          ? {
              resource: invocationUrl(emulator.endpoint, arn),
              authorization_servers: [found.discoveryUrl?.replace(/\/\.well-known\/openid-configuration$/, '')],
              ...(found.allowedScopes ? { scopes_supported: advertisedScopes(found) } : {}),
              bearer_methods_supported: ['header'],
            }
          : { message: 'There is no agent runtime with a JWT authorizer here.' },
      );
      response.writeHead(found ? 200 : 404, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
      response.end(text);
    },
  };

  function authorizerOf(arn: string, qualifier: string) {
    try {
      return findAuthorizer(emulator, arn, qualifier).authorizer;
    } catch (error) {
      if (error instanceof AwsError) return undefined;
      throw error;
    }
  }
}

/** What is not validly encoded is the name of nothing. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
