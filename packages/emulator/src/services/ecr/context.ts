import { AwsError } from '../../gateway/aws-error.ts';
import type { OperationContext, Permission } from '../../gateway/operation.ts';
import { repositoryArn } from '../../registry/names.ts';
import { findRepository } from '../../registry/repository.ts';
import type { Scope } from '../../store/items.ts';
import { findResourcePolicy } from '../agentcore/resource-policy.ts';

interface NamesRegistry {
  registryId?: string | undefined;
}

interface NamesRepository extends NamesRegistry {
  repositoryName?: string | undefined;
}

/** The registry that a call means: the caller's own, unless it names one. */
export function registryOf({ registryId }: NamesRegistry, { accountId, region }: OperationContext): Scope {
  return { accountId: registryId ?? accountId, region };
}

/** What nearly every operation of ECR is checked against: its action on the repository that it names. */
export function onRepository(input: NamesRepository, context: OperationContext): Permission[] {
  return [onNamed(registryOf(input, context), input.repositoryName!, context)];
}

/** An action on one repository. Of another account's, only those that have a policy can be reached; what that says is for IAM to decide. */
export function onNamed(registry: Scope, name: string, context: OperationContext): Permission {
  const arn = repositoryArn(registry, name);
  if (findResourcePolicy(context.emulator.store, arn) === undefined) refuseForeign(registry, context);
  return { resources: [arn], context: resourceTags(context, registry, name) };
}

/** Nobody reaches the registry of another account as a whole. */
export function refuseForeign({ accountId }: Scope, context: OperationContext): void {
  if (accountId === context.accountId) return;
  const message = `User: ${context.principal.arn} is not authorized to access the registry with id '${accountId}' because no resource-based policy allows it`;
  throw new AwsError('AccessDenied', 403, message);
}

/** The tags of a repository, as condition keys. */
export function resourceTags({ emulator }: Pick<OperationContext, 'emulator'>, registry: Scope, name: string): Record<string, string> {
  const tags = findRepository(emulator.store, registry, name)?.tags ?? [];
  return Object.fromEntries(
    tags.flatMap(({ Key: key, Value: value }) => [
      [`aws:ResourceTag/${key}`, value],
      [`ecr:ResourceTag/${key}`, value],
    ]),
  );
}
