import type { JWTPayload } from 'jose';
import type { EmulatorServices } from '../../emulator-services.ts';
import { AwsError } from '../../gateway/aws-error.ts';
import type { ContextValue } from '../../iam/types.ts';
import { JwtError } from '../../jwt/jwt-error.ts';
import { findOidcProvider, issuerName, type OidcProviderItem } from '../iam/oidc-providers/oidc-provider.ts';

export interface WebIdentity {
  provider: OidcProviderItem;
  subject: string;
  audience: string;
  /** Condition keys of trust policies, by the issuer: `token.actions.githubusercontent.com:sub`. */
  keys: Record<string, ContextValue>;
  claims: JWTPayload;
}

/** Verifies a token against the keys of its issuer, which must be an identity provider of the account. */
export async function verifyWebIdentity(emulator: EmulatorServices, accountId: string, token: string): Promise<WebIdentity> {
  const { iss } = await emulator.jwt.read(token).catch(refuse);
  if (typeof iss !== 'string') throw invalid('The ID Token provided has no issuer (iss).');
  const issuer = iss.replace(/^https?:\/\//, '');
  const provider = findOidcProvider(emulator.store, accountId, issuer);
  if (provider?.url !== iss) throw invalid(`No OpenIDConnect provider found in your account for ${iss.slice(0, 256)}`);
  const { subject, claims } = await emulator.jwt.verify(token).catch(refuse);
  const given = [claims.aud ?? []].flat();
  const azp = typeof claims['azp'] === 'string' ? claims['azp'] : undefined;
  const audience = azp ?? given.find((one) => provider.clientIds.includes(one));
  if (audience === undefined || !provider.clientIds.includes(audience)) throw invalid('Incorrect token audience');
  return { provider, subject, audience, keys: claimKeys(issuerName(iss), claims, audience, azp === undefined ? [] : given), claims };
}

/**
 * With `azp`, that is what policies compare as `aud`, and `aud` as `oaud`.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
 */
function claimKeys(issuer: string, claims: JWTPayload, audience: string, original: readonly string[]): Record<string, ContextValue> {
  const amr = claims['amr'];
  return {
    [`${issuer}:sub`]: claims.sub ?? '',
    [`${issuer}:aud`]: audience,
    ...(original.length === 0 ? {} : { [`${issuer}:oaud`]: original }),
    ...(Array.isArray(amr) && amr.every((one) => typeof one === 'string') ? { [`${issuer}:amr`]: amr } : {}),
  };
}

/** What STS answers to a token that is not believed. The token itself is never in the message. */
function refuse(error: unknown): never {
  if (!(error instanceof JwtError)) throw error;
  if (error.code === 'EXPIRED') throw new AwsError('ExpiredTokenException', 400, 'Token must not be expired', { cause: error });
  if (error.code !== 'UNTRUSTED_ISSUER') throw invalid(error.message, error);
  throw new AwsError(
    'IDPCommunicationError',
    400,
    `Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements. ${error.message}`,
    { cause: error },
  );
}

function invalid(message: string, cause?: unknown): AwsError {
  return new AwsError('InvalidIdentityToken', 400, message, { cause });
}
