import { isTrustedUrl } from '../../../loopback-url.ts';
import { validation } from '../errors.ts';
import type { JwtAuthorizer } from '../jwt-authorizer.ts';

const FIELD = 'authorizerConfiguration.customJWTAuthorizer';

/** What the model's constraints cannot say of a JWT authorizer. */
export function checkAuthorizer({ discoveryUrl = '', customClaims = [] }: JwtAuthorizer): void {
  if (!isTrustedUrl(discoveryUrl))
    throw validation(
      `'${discoveryUrl.slice(0, 256)}' is not a discovery URL that can be used: expected https, or http on this machine.`,
      `${FIELD}.discoveryUrl`,
    );
  for (const [index, { inboundTokenClaimValueType: type, authorizingClaimMatchValue: match }] of customClaims.entries()) {
    const { claimMatchOperator: operator, claimMatchValue: value } = match!;
    const fits =
      (operator === 'EQUALS' && type === 'STRING' && value?.matchValueString !== undefined) ||
      (operator === 'CONTAINS' && type === 'STRING_ARRAY' && value?.matchValueString !== undefined) ||
      (operator === 'CONTAINS_ANY' && type === 'STRING_ARRAY' && value?.matchValueStringList !== undefined);
    if (!fits)
      throw validation(
        'A claim of type STRING is matched by EQUALS with matchValueString; one of type STRING_ARRAY by CONTAINS with matchValueString or CONTAINS_ANY with matchValueStringList.',
        `${FIELD}.customClaims.${index + 1}.member`,
      );
  }
}
