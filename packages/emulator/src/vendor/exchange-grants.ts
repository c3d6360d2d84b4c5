import type { JWTPayload } from 'jose';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { resourceServer } from './resource-server.ts';
import type { VendorInfo } from './vendor-info.ts';
import type { VerifyToken } from './verify-token.ts';

export const EXCHANGE_GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const JWT_BEARER_GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token';
const JWT_TYPE = 'urn:ietf:params:oauth:token-type:jwt';

type Errors = (typeof import('oidc-provider'))['errors'];

/** Adds what oidc-provider leaves to its users: token exchange (RFC 8693) and JWT authorization grants (RFC 7523), for tokens of its own. */
export function registerExchangeGrants(
  provider: Provider,
  { errors, info, verify }: { errors: Errors; info: VendorInfo; verify: VerifyToken },
): void {
  const targets = ['scope', 'resource', 'audience'];
  provider.registerGrantType(
    EXCHANGE_GRANT,
    async (ctx) => {
      const { subject_token: token, subject_token_type: type, actor_token: actorToken } = ctx.oidc.params ?? {};
      if (type !== ACCESS_TOKEN_TYPE && type !== JWT_TYPE)
        throw new errors.InvalidRequest('subject_token_type must be an access token or a JWT');
      const actor = actorToken === undefined ? undefined : await believe(actorToken, 'actor_token');
      if (actor && actor['client_id'] !== ctx.oidc.client!.clientId) throw new errors.InvalidGrant('actor_token is of another client');
      await issue(ctx, await believe(token, 'subject_token'));
    },
    ['subject_token', 'subject_token_type', 'actor_token', 'actor_token_type', 'requested_token_type', ...targets],
    ['resource', 'audience'],
  );
  provider.registerGrantType(
    JWT_BEARER_GRANT,
    async (ctx) => issue(ctx, await believe(ctx.oidc.params?.['assertion'], 'assertion')),
    ['assertion', ...targets],
    ['resource', 'audience'],
  );

  async function believe(token: unknown, name: string): Promise<JWTPayload> {
    if (typeof token !== 'string') throw new errors.InvalidRequest(`missing required parameter(s): ${name}`);
    const claims = await verify(token);
    if (!claims) throw new errors.InvalidGrant(`${name} is not a valid token of this server`);
    return claims;
  }

  async function issue(ctx: KoaContextWithOIDC, subject: JWTPayload): Promise<void> {
    const client = ctx.oidc.client!;
    const { scope = '', resource, audience } = (ctx.oidc.params ?? {}) as { scope?: string; resource?: unknown; audience?: unknown };
    // A token that a client got for itself speaks for nobody who could be represented.
    if (typeof subject['grant_id'] !== 'string') throw new errors.InvalidGrant('the token is not of a user');
    const [target = info.apiUrl, ...others] = [resource, audience].flat().filter((value): value is string => typeof value === 'string');
    if (others.length > 0) throw new errors.InvalidTarget('only one resource or audience is supported');
    const server = new provider.ResourceServer(target, resourceServer(errors, info, ctx, target));
    const token = new provider.AccessToken({
      accountId: subject.sub!,
      client,
      grantId: subject['grant_id'],
      gty: 'token_exchange',
      resourceServer: server,
      scope,
    } as never);
    ctx.oidc.entity('AccessToken', token);
    ctx.body = {
      access_token: await token.save(),
      issued_token_type: ACCESS_TOKEN_TYPE,
      token_type: token.tokenType,
      expires_in: token.expiration,
      ...(scope === '' ? {} : { scope }),
    };
  }
}
