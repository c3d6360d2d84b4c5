import type { Repository } from '@aws-sdk/client-ecr';
import type { Run } from '../agent/run.ts';
import { isAwsError } from '../aws/aws-error.ts';
import { assertOurs, formerTags, isOurs, missingTags, notOurs, tagList, tagsOf } from './ownership.ts';
import type { Step } from './step.ts';
import { memo } from './step.ts';
import { undoable } from './undoable.ts';

interface Found {
  repository: Repository;
  tags: Record<string, string>;
}

export interface RepositoryStep extends Step {
  /** The repository as it was found, or nothing. */
  existing(): Promise<Found | undefined>;
  uri(): Promise<string>;
}

/** The ECR repository of one agent. */
export function repositoryStep(run: Run): RepositoryStep {
  const { repositoryName, call } = run;
  let created: Repository | undefined;

  const find = async (): Promise<Found | undefined> => {
    const ecr = await run.clients.ecr();
    const found = await unlessGone(ecr.describeRepositories({ repositoryNames: [repositoryName] }, call));
    const repository = found?.repositories?.[0];
    if (repository === undefined) return undefined;
    // Between the two somebody else may have deleted it.
    const listed = await unlessGone(ecr.listTagsForResource({ resourceArn: repository.repositoryArn }, call));
    return listed && { repository, tags: Object.fromEntries((listed.tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])) };
  };
  const existing = memo(find);

  return {
    name: 'repository',
    needs: [],
    existing,
    async uri() {
      return (created ?? (await existing())?.repository)?.repositoryUri ?? run.repositoryUri;
    },
    async plan() {
      const found = await existing();
      if (found === undefined) return { step: 'repository', action: 'create', resource: repositoryName, detail: 'it does not exist' };
      assertOurs(run, 'repository', `The repository ${repositoryName}`, found.tags, found.repository.createdAt);
      const differences = Object.keys(missingTags(run, found.tags)).map((key) => `tag ${key}`);
      const resource = found.repository.repositoryUri ?? repositoryName;
      return {
        step: 'repository',
        action: differences.length > 0 ? 'update' : 'none',
        resource,
        detail: differences.join(', ') || 'exists',
        differences,
      };
    },
    async apply(change) {
      const ecr = await run.clients.ecr();
      if (change.action === 'create') {
        try {
          const undo = {
            resource: repositoryName,
            step: 'repository' as const,
            back: async (again: Run): Promise<void> => void (await ecr.deleteRepository({ repositoryName, force: true }, again.call)),
          };
          const answer = await undoable(run, undo, () => ecr.createRepository({ repositoryName, tags: tagList(tagsOf(run)) }, call));
          created = answer.repository;
          return created?.repositoryUri;
        } catch (error) {
          if (!isAwsError(error, 'RepositoryAlreadyExistsException')) throw error;
        }
        // Another deployment of the same agent was faster: its repository is as good as ours.
        const found = await find();
        assertOurs(run, 'repository', `The repository ${repositoryName}`, found?.tags ?? {}, found?.repository.createdAt);
        created = found?.repository;
        return created?.repositoryUri;
      }
      const found = await existing();
      const resourceArn = found?.repository.repositoryArn;
      const tags = missingTags(run, found?.tags ?? {});
      const { before, added } = formerTags(tags, found?.tags ?? {});
      const undo = {
        resource: `tags of ${repositoryName}`,
        step: 'repository' as const,
        back: async (again: Run): Promise<void> => {
          if (added.length > 0) await ecr.untagResource({ resourceArn, tagKeys: added }, again.call);
          if (Object.keys(before).length > 0) await ecr.tagResource({ resourceArn, tags: tagList(before) }, again.call);
        },
      };
      await undoable(run, undo, () => ecr.tagResource({ resourceArn, tags: tagList(tags) }, call));
    },
    async destroy({ dryRun }) {
      const found = await find();
      if (found === undefined) return { deleted: [], kept: [] };
      const id = found.repository.repositoryArn ?? repositoryName;
      if (!isOurs(run, 'repository', found.tags, found.repository.createdAt) && !run.definition.adopt)
        return { deleted: [], kept: [{ id, why: notOurs }] };
      // Whoever names an image of their own has pushed it: it may be nowhere else.
      if (/^[@:]/.test(run.definition.image?.replace(run.repositoryUri, '') ?? ''))
        return { deleted: [], kept: [{ id, why: 'it holds the image of yours that the definition names' }] };
      // `force` takes the images along, however many there are.
      if (!dryRun) await unlessGone((await run.clients.ecr()).deleteRepository({ repositoryName, force: true }, call));
      return { deleted: [id], kept: [] };
    },
  };
}

function unlessGone<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (isAwsError(error, 'RepositoryNotFoundException')) return undefined;
    throw error;
  });
}
