import type { Tag } from '@aws-sdk/client-iam';
import { AwsError } from '../../../gateway/aws-error.ts';
import type { OperationContext, Permission } from '../../../gateway/operation.ts';
import { isTrustedUrl } from '../../../loopback-url.ts';
import type { Store } from '../../../store/open-store.ts';
import { iamScope } from '../iam-scope.ts';
import { noSuchEntity } from '../role.ts';
import { tagKeys } from '../tags.ts';

export const OIDC_PROVIDER = 'iam-oidc-provider';

/** An identity provider that roles can trust, by its issuer without the scheme. */
export interface OidcProviderItem {
  arn: string;
  /** The issuer, with its scheme. */
  url: string;
  clientIds: string[];
  thumbprints: string[];
  createDate: string;
  tags: Tag[];
}

const ARN = /^arn:aws[a-z-]*:iam::(?<accountId>\d{12}):oidc-provider\/(?<issuer>.+)$/;

/** The issuer as IAM names it: `token.actions.githubusercontent.com`. Throws InvalidInput for what cannot be one. */
export function issuerName(url: string): string {
  if (!isTrustedUrl(url))
    throw new AwsError('InvalidInput', 400, `Invalid Open ID Connect Provider URL: ${url}. Expected https://, or http:// on this machine.`);
  if (/[?#]/.test(url))
    throw new AwsError('InvalidInput', 400, `Invalid Open ID Connect Provider URL: ${url}. It has a query or a fragment.`);
  return url.replace(/^https?:\/\//, '');
}

export function findOidcProvider(store: Store, accountId: string, issuer: string): OidcProviderItem | undefined {
  return store.items.get<OidcProviderItem>(OIDC_PROVIDER, iamScope(accountId), issuer);
}

export function requireOidcProvider(
  { emulator, accountId }: OperationContext,
  arn: string,
): { provider: OidcProviderItem; issuer: string } {
  const { accountId: owner, issuer = '' } = ARN.exec(arn)?.groups ?? {};
  const provider = owner === accountId ? findOidcProvider(emulator.store, accountId, issuer) : undefined;
  if (provider?.arn !== arn) throw noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`);
  return { provider, issuer };
}

export function saveOidcProvider({ emulator, accountId }: OperationContext, issuer: string, provider: OidcProviderItem): void {
  emulator.store.items.put(OIDC_PROVIDER, iamScope(accountId), issuer, provider);
}

export function providerAccess({ emulator, accountId }: OperationContext, arn: string): Permission[] {
  const issuer = ARN.exec(arn)?.groups?.['issuer'] ?? '';
  return [{ resources: [arn], context: tagKeys(findOidcProvider(emulator.store, accountId, issuer)?.tags ?? []) }];
}
