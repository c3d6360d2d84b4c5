import type { DescribeRepositoriesCommandInput, DescribeRepositoriesCommandOutput } from '@aws-sdk/client-ecr';
import { defineOperation } from '../../gateway/operation.ts';
import { invalidParameter } from '../../registry/errors.ts';
import { kindOf, repositoryArn } from '../../registry/names.ts';
import { describeRepository, requireRepository, type RepositoryItem } from '../../registry/repository.ts';
import { listPage } from '../page.ts';
import { refuseForeign, registryOf, resourceTags } from './context.ts';
import { badToken } from './pagination.ts';

export const describeRepositories = defineOperation<DescribeRepositoriesCommandInput, DescribeRepositoriesCommandOutput>({
  authorize(input, context) {
    const registry = registryOf(input, context);
    refuseForeign(registry, context);
    // A list of all of them is asked for on `repository/*`, named ones each by itself.
    if (!input.repositoryNames) return [{ resources: [repositoryArn(registry, '*')] }];
    return input.repositoryNames.map((name) => ({
      resources: [repositoryArn(registry, name)],
      context: resourceTags(context, registry, name),
    }));
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
