import { createHash } from 'node:crypto';
import type { OperationContext } from '../../../gateway/operation.ts';
import { validation } from '../errors.ts';
import type { WorkloadToken } from '../workload-token.ts';
import { cachedGrant, machineToMachine, withTargets, type GrantRequest } from './machine-to-machine.ts';

const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token';

/** Exchanges the user's own token for one of the vendor's API: RFC 8693, or RFC 7523 where the vendor wants that. */
export async function onBehalfOf(request: GrantRequest, { user }: WorkloadToken, context: OperationContext): Promise<string> {
  const { provider, key } = request;
  if (user?.type !== 'jwt' || user.token === undefined)
    throw validation(
      'ON_BEHALF_OF_TOKEN_EXCHANGE needs a workload access token that was made for a user JWT. Use GetWorkloadAccessTokenForJWT, or invoke a runtime that has a JWT authorizer.',
      'oauth2Flow',
    );
  const exchange =
    provider.config.onBehalfOf ?? (provider.vendor === 'MicrosoftOauth2' ? { grantType: 'JWT_AUTHORIZATION_GRANT' as const } : undefined);
  if (!exchange)
    throw validation(
      `The credential provider '${provider.name}' has no onBehalfOfTokenExchangeConfig, which ON_BEHALF_OF_TOKEN_EXCHANGE needs.`,
      'oauth2Flow',
    );
  const subjectToken = user.token;
  const subject = createHash('sha256').update(subjectToken).digest('hex');
  return cachedGrant({ ...request, key: { ...key, subject } }, context, async () => {
    if (exchange.grantType === 'JWT_AUTHORIZATION_GRANT')
      return withTargets(
        [
          ['grant_type', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
          ['assertion', subjectToken],
          ...(provider.vendor === 'MicrosoftOauth2' ? [['requested_token_use', 'on_behalf_of'] as const] : []),
        ],
        request,
      );
    const actor = exchange.tokenExchangeGrantTypeConfig;
    // The actor's token is for the actor: the parameters of the exchange are not its own.
    const { user: _user, custom: _custom, ...machine } = key;
    const actorToken =
      actor?.actorTokenContent === 'M2M'
        ? await machineToMachine(
            {
              provider,
              key: { ...machine, flow: 'M2M', scopes: actor.actorTokenScopes ?? [], resources: [], audiences: [] },
              customParameters: {},
              force: false,
            },
            context,
          )
        : undefined;
    return withTargets(
      [
        ['grant_type', 'urn:ietf:params:oauth:grant-type:token-exchange'],
        ['subject_token', subjectToken],
        ['subject_token_type', ACCESS_TOKEN_TYPE],
        ...(actorToken === undefined ? [] : [['actor_token', actorToken] as const, ['actor_token_type', ACCESS_TOKEN_TYPE] as const]),
      ],
      request,
    );
  });
}
