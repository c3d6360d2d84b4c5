import type { OperationContext, Permission } from '../../gateway/operation.ts';
import type { ContextValue } from '../../iam/types.ts';
import { findOwnedSecret, secretArn } from './secret.ts';

/** What nearly every operation is checked against: its action on the secret that it names, with the secret's tags. */
export function onSecret(
  { SecretId: secretId = '' }: { SecretId?: string | undefined },
  context: OperationContext,
  more: Record<string, ContextValue | undefined> = {},
): Permission[] {
  const tags = findOwnedSecret(context, secretId)?.tags ?? [];
  const keys: Record<string, ContextValue> = { 'secretsmanager:SecretId': secretId };
  for (const { Key: key, Value: value } of tags) {
    keys[`aws:ResourceTag/${key}`] = value;
    keys[`secretsmanager:ResourceTag/${key}`] = value;
  }
  for (const [key, value] of Object.entries(more)) if (value !== undefined) keys[key] = value;
  return [{ resources: [secretArn(context, secretId)], context: keys }];
}
