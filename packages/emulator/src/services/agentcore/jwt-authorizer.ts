import type { JWTPayload } from 'jose';
import type { RuntimeConfiguration } from './runtime-items.ts';

export type JwtAuthorizer = NonNullable<NonNullable<RuntimeConfiguration['authorizerConfiguration']>['customJWTAuthorizer']>;

/** The first claim for which a runtime's authorizer does not let a verified token in. `undefined`: it does. */
export function refusedClaim(authorizer: JwtAuthorizer, claims: JWTPayload): string | undefined {
  const { allowedAudience, allowedClients, allowedScopes, customClaims } = authorizer;
  if (allowedAudience && !textsOf(claims.aud).some((audience) => allowedAudience.includes(audience))) return 'aud';
  if (allowedClients && !allowedClients.some((client) => client === claims['client_id'])) return 'client_id';
  // Some issuers send a list, though RFC 8693 has one text.
  const scopes = textsOf(claims['scope'] ?? claims['scp']).flatMap((scope) => scope.split(' '));
  if (allowedScopes && !scopes.some((scope) => allowedScopes.includes(scope))) return 'scope';
  return customClaims?.find((rule) => !fits(rule, claims[rule.inboundTokenClaimName ?? '']))?.inboundTokenClaimName;
}

/** The scopes that clients are told to ask for, which their identity provider may know by other names. `undefined`: any. */
export function advertisedScopes({ allowedScopes, advertisedScopeMapping = {} }: JwtAuthorizer): string[] | undefined {
  return allowedScopes?.map((scope) => (Object.hasOwn(advertisedScopeMapping, scope) ? advertisedScopeMapping[scope]! : scope));
}

/**
 * Whether only certain workloads may call. On AWS these can be AgentCore gateways, of which this emulator has none: then every call is one of
 * another workload, or of none.
 */
export function allowsWorkloadsOnly({ allowedWorkloadConfiguration }: JwtAuthorizer): boolean {
  const { hostingEnvironments = [], workloadIdentities = [] } = allowedWorkloadConfiguration ?? {};
  return hostingEnvironments.length > 0 || workloadIdentities.length > 0;
}

type ClaimRule = NonNullable<JwtAuthorizer['customClaims']>[number];

function fits({ inboundTokenClaimValueType: type, authorizingClaimMatchValue: match }: ClaimRule, claim: unknown): boolean {
  const { matchValueString: text, matchValueStringList: list } = match!.claimMatchValue! as {
    matchValueString?: string;
    matchValueStringList?: string[];
  };
  if (type === 'STRING') return typeof claim === 'string' && claim === text;
  if (!Array.isArray(claim)) return false;
  return match!.claimMatchOperator === 'CONTAINS' ? claim.includes(text) : (list ?? []).some((wanted) => claim.includes(wanted));
}

function textsOf(claim: unknown): string[] {
  return [claim].flat().filter((value): value is string => typeof value === 'string');
}
