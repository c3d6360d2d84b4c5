import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EmulatorServices } from '../../../emulator-services.ts';
import { advertisedScopes } from '../jwt-authorizer.ts';
import { DEFAULT_ENDPOINT } from '../runtime-items.ts';
import { findJwtAuthorizer } from './find-jwt-authorizer.ts';
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
      const found = findJwtAuthorizer(emulator, PATTERN.exec(pathname)?.[1] ?? '', searchParams.get('qualifier') ?? DEFAULT_ENDPOINT);
      const text = JSON.stringify(
        found
          ? {
              resource: invocationUrl(emulator.endpoint, found.arn),
              authorization_servers: [found.authorizer.discoveryUrl?.replace(/\/\.well-known\/openid-configuration$/, '')],
              ...(found.authorizer.allowedScopes ? { scopes_supported: advertisedScopes(found.authorizer) } : {}),
              bearer_methods_supported: ['header'],
            }
          : { message: 'There is no agent runtime with a JWT authorizer here.' },
      );
      response.writeHead(found ? 200 : 404, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
      response.end(text);
    },
  };
}
