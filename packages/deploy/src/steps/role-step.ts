import type { Role } from '@aws-sdk/client-iam';
import type { Run } from '../agent/run.ts';
import { isAwsError } from '../aws/aws-error.ts';
import { DeployError } from '../errors.ts';
import { sameDocument } from '../policies/same-document.ts';
import { trustPolicy } from '../policies/trust-policy.ts';
import { assertOurs, isOurs, missingTags, notOurs, tagList, tagsOf } from './ownership.ts';
import { deleteRole } from './delete-role.ts';
import type { Step } from './step.ts';
import { memo } from './step.ts';
import { undoable } from './undoable.ts';

interface Found {
  role: Role;
  tags: Record<string, string>;
}

export interface RoleStep extends Step {
  existing(): Promise<Found | undefined>;
}

/** The execution role: who the agent is in AWS. */
export function roleStep(run: Run): RoleStep {
  const { roleName: RoleName, call, definition } = run;
  const trust = trustPolicy(run);

  const find = async (): Promise<Found | undefined> => {
    const iam = await run.clients.iam();
    const found = await iam.getRole({ RoleName: definition.role ? nameOf(definition.role) : RoleName }, call).catch((error: unknown) => {
      if (isAwsError(error, 'NoSuchEntityException', 'NoSuchEntity')) return undefined;
      throw error;
    });
    if (found?.Role === undefined) return undefined;
    return { role: found.Role, tags: Object.fromEntries((found.Role.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])) };
  };
  const existing = memo(find);

  return {
    name: 'role',
    needs: [],
    existing,
    async plan() {
      const found = await existing();
      if (definition.role) {
        if (found === undefined)
          throw new DeployError(
            'INVALID_CONFIG',
            `The role ${definition.role} does not exist. Create it, or leave \`role\` out and one is made.`,
          );
        return { step: 'role', action: 'none', resource: definition.role, detail: 'yours: used as it is' };
      }
      if (found === undefined) return { step: 'role', action: 'create', resource: run.roleArn, detail: 'it does not exist' };
      assertOurs(run, 'role', `The role ${RoleName}`, found.tags);
      const differences = Object.keys(missingTags(run, found.tags)).map((key) => `tag ${key}`);
      if (!sameDocument(decodeURIComponent(found.role.AssumeRolePolicyDocument ?? ''), trust)) differences.push('trust policy');
      return {
        step: 'role',
        action: differences.length > 0 ? 'update' : 'none',
        resource: run.roleArn,
        detail: differences.join(', ') || 'exists',
        differences,
      };
    },
    async apply({ action, differences = [] }) {
      const iam = await run.clients.iam();
      if (action === 'create') {
        try {
          run.roleWritten = true;
          await undoable(run, { resource: run.roleArn, step: 'role', back: deleteRole }, () =>
            iam.createRole(
              {
                RoleName,
                AssumeRolePolicyDocument: JSON.stringify(trust),
                Description: `Execution role of the agent ${definition.name}`,
                Tags: tagList(tagsOf(run)),
              },
              call,
            ),
          );
        } catch (error) {
          if (!isAwsError(error, 'EntityAlreadyExistsException', 'EntityAlreadyExists')) throw error;
          assertOurs(run, 'role', `The role ${RoleName}`, (await find())?.tags ?? {});
        }
        return;
      }
      const found = await existing();
      if (differences.includes('trust policy')) {
        run.roleWritten = true;
        const before = decodeURIComponent(found?.role.AssumeRolePolicyDocument ?? '');
        await iam.updateAssumeRolePolicy({ RoleName, PolicyDocument: JSON.stringify(trust) }, call);
        run.undo.push({
          resource: `trust policy of ${RoleName}`,
          step: 'role',
          back: async (again) => void (await iam.updateAssumeRolePolicy({ RoleName, PolicyDocument: before }, again.call)),
        });
      }
      const tags = missingTags(run, found?.tags ?? {});
      if (Object.keys(tags).length > 0) await iam.tagRole({ RoleName, Tags: tagList(tags) }, call);
    },
    async destroy({ dryRun }) {
      if (definition.role) return { deleted: [], kept: [{ id: definition.role, why: 'it is yours: the definition names it' }] };
      const found = await find();
      if (found === undefined) return { deleted: [], kept: [] };
      const id = found.role.Arn ?? run.roleArn;
      if (!isOurs(run, 'role', found.tags) && !definition.adopt) return { deleted: [], kept: [{ id, why: notOurs }] };
      if (!dryRun) await deleteRole(run);
      return { deleted: [id], kept: [] };
    },
  };
}

function nameOf(roleArn: string): string {
  return roleArn.slice(roleArn.lastIndexOf('/') + 1);
}
