import type { KoaContextWithOIDC, ResourceServer } from 'oidc-provider';
import type { VendorInfo } from './vendor-info.ts';
import { isOpenidScope, isUnknownScope, OWN_SCOPES } from './vendor-scopes.ts';

type Errors = (typeof import('oidc-provider'))['errors'];

export const ACCESS_TOKEN_SECONDS = 600;

/** The API that a token is asked for (RFC 8707), and how its tokens look. Throws invalid_target or invalid_scope. */
export function resourceServer(errors: Errors, info: VendorInfo, ctx: KoaContextWithOIDC, resource: string): ResourceServer {
  if (resource !== info.apiUrl && resource !== info.agentAudience) throw new errors.InvalidTarget();
  const asked = askedScopes(ctx);
  const unknown = asked.find(isUnknownScope);
  if (unknown !== undefined) throw new errors.InvalidScope('the vendor does not know this scope', unknown);
  return {
    audience: resource,
    scope: [...new Set([...OWN_SCOPES, ...asked.filter((scope) => !isOpenidScope(scope))])].join(' '),
    accessTokenFormat: 'jwt',
    accessTokenTTL: ACCESS_TOKEN_SECONDS,
    jwt: { sign: { alg: 'RS256' } },
  };
}

function askedScopes({ oidc }: KoaContextWithOIDC): string[] {
  const { AuthorizationCode: code, RefreshToken: refresh } = oidc.entities;
  const asked = [oidc.params?.['scope'], code?.scope, refresh?.scope].filter((scope): scope is string => typeof scope === 'string');
  return asked.flatMap((scope) => scope.split(' ')).filter((scope) => scope !== '');
}
