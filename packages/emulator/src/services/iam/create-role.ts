import type { CreateRoleCommandInput, CreateRoleCommandOutput } from '@aws-sdk/client-iam';
import { newKeyId } from '../../credentials/access-keys.ts';
import { AwsError } from '../../gateway/aws-error.ts';
import { defineOperation } from '../../gateway/operation.ts';
import { managedPolicy } from '../../iam/managed-policies.ts';
import { checkDocument } from './check-document.ts';
import { describeRole, findRole, saveRole, type RoleItem } from './role.ts';
import { checkTags } from './tags.ts';

export const createRole = defineOperation<CreateRoleCommandInput, CreateRoleCommandOutput>({
  authorize: (input, { accountId }) => [
    {
      resources: [`arn:aws:iam::${accountId}:role${input.Path ?? '/'}${input.RoleName}`],
      ...(input.PermissionsBoundary ? { context: { 'iam:PermissionsBoundary': input.PermissionsBoundary } } : {}),
    },
  ],
  handle(input, context) {
    const { RoleName: roleName = '', AssumeRolePolicyDocument: document = '', Path: path = '/' } = input;
    checkDocument(document, 'trust');
    checkTags(input.Tags ?? []);
    const { PermissionsBoundary: boundary } = input;
    // One without effect would mislead: with it the role may do nothing, and nobody would know why.
    if (boundary !== undefined && managedPolicy(boundary) === undefined)
      throw new AwsError('NoSuchEntity', 404, `Scope ARN: ${boundary} does not exist or is not attachable.`);
    if (findRole(context.emulator.store, context.accountId, roleName)) {
      throw new AwsError('EntityAlreadyExists', 409, `Role with name ${roleName} already exists.`);
    }
    const role: RoleItem = {
      roleName,
      roleId: newKeyId('AROA'),
      path,
      arn: `arn:aws:iam::${context.accountId}:role${path}${roleName}`,
      createDate: context.emulator.now().toISOString(),
      assumeRolePolicyDocument: document,
      ...(input.Description === undefined ? {} : { description: input.Description }),
      maxSessionDuration: input.MaxSessionDuration ?? 3600,
      ...(boundary === undefined ? {} : { permissionsBoundary: boundary }),
      tags: input.Tags ?? [],
      inlinePolicies: {},
      attachedPolicyArns: [],
    };
    saveRole(context, role);
    return { Role: describeRole(role) };
  },
});
