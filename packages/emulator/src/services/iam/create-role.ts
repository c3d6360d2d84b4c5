import type { CreateRoleCommandInput, CreateRoleCommandOutput } from '@aws-sdk/client-iam';
import { newUniqueId } from '../../credentials/access-keys.ts';
import { AwsError } from '../../gateway/aws-error.ts';
import { defineOperation } from '../../gateway/operation.ts';
import { checkBoundary } from './check-boundary.ts';
import { iamArn } from './iam-scope.ts';
import { DEFAULT_SESSION_SECONDS, describeRole, findRole, saveRole, trustOf, type RoleItem } from './role.ts';
import { checkTags } from './tags.ts';

export const createRole = defineOperation<CreateRoleCommandInput, CreateRoleCommandOutput>({
  authorize: (input, context) => [
    {
      resources: [iamArn(context, `role${input.Path ?? '/'}${input.RoleName}`)],
      ...(input.PermissionsBoundary ? { context: { 'iam:PermissionsBoundary': input.PermissionsBoundary } } : {}),
    },
  ],
  handle(input, context) {
    const { RoleName: roleName = '', AssumeRolePolicyDocument: document = '', Path: path = '/' } = input;
    const trust = trustOf(context, document);
    checkTags(input.Tags ?? []);
    const { PermissionsBoundary: boundary } = input;
    if (boundary !== undefined) checkBoundary(context, boundary);
    if (findRole(context.emulator.store, context.accountId, roleName)) {
      throw new AwsError('EntityAlreadyExists', 409, `Role with name ${roleName} already exists.`);
    }
    const role: RoleItem = {
      roleName,
      roleId: newUniqueId('AROA'),
      path,
      arn: iamArn(context, `role${path}${roleName}`),
      createDate: context.emulator.now().toISOString(),
      ...trust,
      ...(input.Description === undefined ? {} : { description: input.Description }),
      maxSessionDuration: input.MaxSessionDuration ?? DEFAULT_SESSION_SECONDS,
      ...(boundary === undefined ? {} : { permissionsBoundary: boundary }),
      tags: input.Tags ?? [],
      inlinePolicies: {},
      attachedPolicyArns: [],
    };
    saveRole(context, role);
    // Unlike GetRole, it repeats neither of these.
    return { Role: { ...describeRole(context.emulator.store, role), Description: undefined, MaxSessionDuration: undefined } };
  },
});
