import type { DescribeRepositoriesCommandInput, DescribeRepositoriesCommandOutput } from '@aws-sdk/client-ecr';
import { defineOperation } from '../../gateway/operation.ts';
import { invalidParameter } from '../../registry/errors.ts';
import { kindOf, repositoryArn } from '../../registry/names.ts';
import { describeRepository, requireRepository, type RepositoryItem } from '../../registry/repository.ts';
import { listPage } from '../page.ts';
import { onNamed, refuseForeign, registryOf } from './context.ts';
import { badToken } from './pagination.ts';

export const describeRepositories = defineOperation<DescribeRepositoriesCommandInput, DescribeRepositoriesCommandOutput>({
  authorize(input, context) {
    const registry = registryOf(input, context);
    if (input.repositoryNames) return input.repositoryNames.map((name) => onNamed(registry, name, context));
    // A list of all of them is asked for on `repository/*`, named ones each by itself.
    refuseForeign(registry, context);
    return [{ resources: [repositoryArn(registry, '*')] }];
  },
  handle(input, context) {
    const { store } = context.emulator;
    const registry = registryOf(input, context);
    if (input.repositoryNames) {
      if (input.nextToken !== undefined || input.maxResults !== undefined)
        throw invalidParameter('repositoryNames', 'must be null when maxResults or nextToken is given');
      return { repositories: input.repositoryNames.map((name) => describeRepository(registry, requireRepository(store, registry, name))) };
    }
    const page = listPage<RepositoryItem>(store, kindOf('repository', registry), registry, {
      limit: input.maxResults ?? 100,
      token: input.nextToken,
      badToken,
    });
    return { repositories: page.items.map(({ value }) => describeRepository(registry, value)), nextToken: page.nextToken };
  },
});
