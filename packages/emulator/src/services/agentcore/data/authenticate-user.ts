import type { EmulatorServices } from '../../../emulator-services.ts';
import { AwsError } from '../../../gateway/aws-error.ts';
import type { GatewayCaller } from '../../../gateway/operation.ts';
import { JwtError } from '../../../jwt/jwt-error.ts';
import { liveVersion } from '../agent-sessions.ts';
import { runtimeArn } from '../arns.ts';
import { accessDenied } from '../errors.ts';
import { advertisedScopes, allowsWorkloadsOnly, refusedClaim, type JwtAuthorizer } from '../jwt-authorizer.ts';
import { DEFAULT_ENDPOINT, requireVersion } from '../runtime-items.ts';
import { metadataUrl } from './metadata-url.ts';
import { noEndpoint, parseRuntimeArn } from './runtime-target.ts';

/** Lets a user in whose token the runtime's own JWT authorizer accepts. Account and region are those of the runtime's ARN. */
export async function authenticateUser(
  { agentRuntimeArn = '', qualifier = DEFAULT_ENDPOINT }: { agentRuntimeArn?: string | undefined; qualifier?: string | undefined },
  token: string | undefined,
  emulator: EmulatorServices,
): Promise<GatewayCaller> {
  const { authorizer, accountId, region } = findAuthorizer(emulator, agentRuntimeArn, qualifier);
  if (!authorizer) {
    if (token === undefined) throw new AwsError('MissingAuthenticationToken', 403, 'Missing Authentication Token');
    throw authorizationMismatch();
  }
  const challenge = `Bearer resource_metadata="${metadataUrl(emulator, agentRuntimeArn, qualifier)}"`;
  const unauthorized = (message: string, more = '', cause?: unknown) =>
    new AwsError('UnauthorizedException', 401, message, {
      headers: { 'www-authenticate': `${challenge}${more}` },
      // Captured: these answers are JSON-RPC, whatever the agent speaks.
      body: { jsonrpc: '2.0', error: { code: -32_001, message } },
      cause,
    });
  if (token === undefined) throw unauthorized('Missing Authentication Token');
  try {
    const { issuer, subject, claims } = await emulator.jwt.verify(token, authorizer.discoveryUrl);
    const refused = refusedClaim(authorizer, claims);
    if (refused !== undefined) {
      const scope = advertisedScopes(authorizer)?.join(' ');
      throw unauthorized(
        `Claim '${refused}' value mismatch with configuration.`,
        refused === 'scope' ? `, error="insufficient_scope", scope="${scope}"` : '',
      );
    }
    if (allowsWorkloadsOnly(authorizer))
      throw new AwsError('AccessDenied', 403, 'OAuth authorization failed: the workload is not one of the allowedWorkloadConfiguration.');
    return {
      principal: { type: 'federated', arn: issuer, accountId },
      sessionPolicies: [],
      region,
      bearer: { issuer, subject, token },
    };
  } catch (error) {
    if (!(error instanceof JwtError)) throw error;
    // Captured: what is no JWT is forbidden, and not unauthorized.
    if (error.code === 'UNREADABLE') throw accessDenied('OAuth authorization failed: Failed to parse token');
    throw unauthorized(`OAuth authorization failed: ${error.message}`, ', error="invalid_token"', error);
  }
}

/** The JWT authorizer of the version that an endpoint serves, if it has one. Throws the service's errors for what is not there. */
export function findAuthorizer(
  emulator: EmulatorServices,
  arn: string,
  qualifier: string,
): { authorizer: JwtAuthorizer | undefined; accountId: string; region: string } {
  const { runtimeId, ...scope } = parseRuntimeArn(arn);
  const target = liveVersion(emulator, scope, runtimeId, qualifier);
  if ('missing' in target) throw noEndpoint(qualifier, runtimeArn(scope, runtimeId));
  // An endpoint that serves nothing yet is refused by the handler, in its own words, to whoever may know: here nobody can be told apart.
  if ('status' in target)
    throw new AwsError(
      'RetryableConflictException',
      409,
      `Endpoint '${qualifier}' of agent '${runtimeArn(scope, runtimeId)}' is in status ${target.status}: it cannot be invoked yet.`,
    );
  const { configuration } = requireVersion(emulator.store, scope, runtimeId, target.live);
  return { ...scope, authorizer: configuration.authorizerConfiguration?.customJWTAuthorizer };
}

export function authorizationMismatch(): AwsError {
  return accessDenied(
    "Authorization method mismatch. The agent is configured for a different authorization method than what was used in your request. Check the agent's authorization configuration and ensure your request uses the matching method (OAuth or SigV4)",
  );
}
