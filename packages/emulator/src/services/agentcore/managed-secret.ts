import { randomBytes } from 'node:crypto';
import { AwsError } from '../../gateway/aws-error.ts';
import type { OperationContext, Permission } from '../../gateway/operation.ts';
import { regionalArn } from '../../partition.ts';
import type { Scope } from '../../store/items.ts';
import type { Store } from '../../store/open-store.ts';
import { findSecret, newSecret, saveSecret, SECRET, withNewVersion } from '../secretsmanager/secret.ts';
import { accessDenied } from './errors.ts';

/** As what a provider's credential is kept. */
type Kind = 'apikey' | 'oauth2';

const prefixOf = (kind: Kind, providerName: string) => `bedrock-agentcore-identity!default/${kind}/${providerName}`;

/** The service acts with its caller's permissions (a forward access session). */
const CALLED_VIA = { 'aws:CalledVia': ['bedrock-agentcore.amazonaws.com'] };

/** What the caller needs so that a provider can be created: which digits the name will have is not known before. */
export function createSecretPermission(scope: Scope, kind: Kind, providerName: string) {
  const secret = regionalArn('secretsmanager', scope, `secret:${prefixOf(kind, providerName)}-????????-??????`);
  return { action: 'secretsmanager:CreateSecret', resources: [secret], context: CALLED_VIA };
}

/** What the caller needs so that the secret of a provider changes with it: nothing where the secret is the caller's own. */
export function managedSecretPermissions(action: string, provider: { source: string; secretArn: string } | undefined): Permission[] {
  return provider?.source === 'MANAGED' ? [{ action, resources: [provider.secretArn], context: CALLED_VIA }] : [];
}

/** Creates the secret in which AgentCore Identity keeps a provider's credential. Its name ends in 8 digits of its own, and its ARN in 6 characters more. */
export function createManagedSecret(
  store: Store,
  scope: Scope,
  now: Date,
  { kind, providerName, value }: { kind: Kind; providerName: string; value: Record<string, string> },
): string {
  const name = `${prefixOf(kind, providerName)}-${randomBytes(4).toString('hex')}`;
  const secret = newSecret(scope, now, { name, owningService: 'bedrock-agentcore-identity' });
  saveSecret(store, scope, withNewVersion(store, secret, { string: JSON.stringify(value) }, now));
  return secret.arn;
}

export function deleteManagedSecret(store: Store, scope: Scope, secretArn: string): void {
  const secret = findSecret(store, scope, secretArn);
  if (secret) store.items.delete(SECRET, scope, secret.name);
}

/** The service reads a provider's secret as its caller: without GetSecretValue on it there is no credential. */
export function authorizeSecret(context: Pick<OperationContext, 'authorize'>, secretArn: string): void {
  try {
    context.authorize({ action: 'secretsmanager:GetSecretValue', resources: [secretArn], context: CALLED_VIA });
  } catch (error) {
    if (error instanceof AwsError && error.code === 'AccessDenied')
      throw accessDenied(`Access denied when retrieving secret '${secretArn}'. ${error.message}`);
    throw error;
  }
}
