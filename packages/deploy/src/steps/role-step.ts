import type { Role } from '@aws-sdk/client-iam';
import type { Run } from '../agent/run.ts';
import { isAwsError } from '../aws/aws-error.ts';
import { DeployError } from '../errors.ts';
import { sameDocument } from '../policies/same-document.ts';
import { trustPolicy } from '../policies/trust-policy.ts';
import { assertOurs, formerTags, isOurs, missingTags, notOurs, tagList, tagsOf } from './ownership.ts';
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
  const ownArn = `arn:${run.partition}:iam::${run.account}:role/${RoleName}`;

  const find = async (name = definition.role ? nameOf(definition.role) : RoleName): Promise<Found | undefined> => {
    const iam = await run.clients.iam();
    const found = await iam.getRole({ RoleName: name }, call).catch((error: unknown) => {
      if (isAwsError(error, 'NoSuchEntityException', 'NoSuchEntity')) return undefined;
      throw error;
    });
    if (found?.Role === undefined) return undefined;
    return { role: found.Role, tags: Object.fromEntries((found.Role.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])) };
  };
  const existing = memo(() => find());

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
      assertOurs(run, 'role', `The role ${RoleName}`, found.tags, found.role.CreateDate);
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
          const other = await find();
          assertOurs(run, 'role', `The role ${RoleName}`, other?.tags ?? {}, other?.role.CreateDate);
        }
        return;
      }
      const found = await existing();
      if (differences.includes('trust policy')) {
        run.roleWritten = true;
        const PolicyDocument = decodeURIComponent(found?.role.AssumeRolePolicyDocument ?? '');
        const undo = {
          resource: `trust policy of ${RoleName}`,
          step: 'role' as const,
          back: async (again: Run): Promise<void> => void (await iam.updateAssumeRolePolicy({ RoleName, PolicyDocument }, again.call)),
        };
        await undoable(run, undo, () => iam.updateAssumeRolePolicy({ RoleName, PolicyDocument: JSON.stringify(trust) }, call));
      }
      const tags = missingTags(run, found?.tags ?? {});
      if (Object.keys(tags).length === 0) return;
      const { before, added } = formerTags(tags, found?.tags ?? {});
      const undo = {
        resource: `tags of ${RoleName}`,
        step: 'role' as const,
        back: async (again: Run): Promise<void> => {
          if (added.length > 0) await iam.untagRole({ RoleName, TagKeys: added }, again.call);
          if (Object.keys(before).length > 0) await iam.tagRole({ RoleName, Tags: tagList(before) }, again.call);
        },
      };
      await undoable(run, undo, () => iam.tagRole({ RoleName, Tags: tagList(tags) }, call));
    },
    async destroy({ dryRun }) {
      const yours = definition.role ? [{ id: definition.role, why: 'it is yours: the definition names it' }] : [];
      if (definition.role && nameOf(definition.role) === RoleName) return { deleted: [], kept: yours };
      // Also where the definition names another one now: there may have been one of ours before.
      const found = await find(RoleName).catch((error: unknown) => {
        if (definition.role === undefined || !isAwsError(error, 'AccessDenied', 'AccessDeniedException')) throw error;
        return 'unseen' as const;
      });
      if (found === undefined) return { deleted: [], kept: yours };
      if (found === 'unseen') return { deleted: [], kept: [...yours, { id: ownArn, why: unseen }] };
      const id = found.role.Arn ?? ownArn;
      if (!isOurs(run, 'role', found.tags, found.role.CreateDate) && !definition.adopt)
        return { deleted: [], kept: [...yours, { id, why: notOurs }] };
      if (!dryRun) await deleteRole(run);
      return { deleted: [id], kept: yours };
    },
  };
}

const unseen = 'a deployment without a role of yours may have left it: these credentials may not look (iam:GetRole)';

function nameOf(roleArn: string): string {
  return roleArn.slice(roleArn.lastIndexOf('/') + 1);
}
