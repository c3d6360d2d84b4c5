import type { OperationContext, Permission } from '../../gateway/operation.ts';
import { invalidParameter } from '../../registry/errors.ts';
import { requireRepository, type RepositoryItem } from '../../registry/repository.ts';
import type { Scope } from '../../store/items.ts';
import { onNamed } from './context.ts';

interface Target {
  registry: Scope;
  name: string;
}

/** The repository that an ARN names. The operations on tags take nothing else. */
function parseArn(arn: string): Target {
  const match = /^arn:aws[a-z-]*:ecr:([a-z0-9-]+):([0-9]{12}):repository\/(.{2,256})$/.exec(arn);
  if (!match) throw invalidParameter('resourceArn', 'Invalid ARN');
  return { registry: { region: match[1]!, accountId: match[2]! }, name: match[3]! };
}

export function onArn(arn: string, context: OperationContext): Permission[] {
  const { registry, name } = parseArn(arn);
  return [onNamed(registry, name, context)];
}

export function repositoryOfArn(arn: string, { emulator, region }: OperationContext): { registry: Scope; repository: RepositoryItem } {
  const { registry, name } = parseArn(arn);
  if (registry.region !== region) throw invalidParameter('resourceArn', `the region must be ${region}, where the request was sent`);
  return { registry, repository: requireRepository(emulator.store, registry, name) };
}
