import type { ListRolesCommandInput, ListRolesCommandOutput } from '@aws-sdk/client-iam';
import { defineOperation } from '../../gateway/operation.ts';
import { listPage } from '../page.ts';
import { iamScope } from './iam-scope.ts';
import { invalidMarker } from './list-names.ts';
import { describeRole, ROLE, type RoleItem } from './role.ts';

export const listRoles = defineOperation<ListRolesCommandInput, ListRolesCommandOutput>({
  handle({ Marker: token, MaxItems: limit = 100, PathPrefix: pathPrefix = '/' }, { emulator, accountId }) {
    const page = listPage<RoleItem>(emulator.store, ROLE, iamScope(accountId), { limit, token, badToken: invalidMarker });
    // ListRoles leaves out tags and boundary, as the service does. Its filter works on the page: fewer than MaxItems may come back.
    const roles = page.items
      .filter(({ value }) => value.path.startsWith(pathPrefix))
      .map(({ value }) => ({ ...describeRole(emulator.store, value), Tags: undefined, PermissionsBoundary: undefined }));
    return { Roles: roles, IsTruncated: page.nextToken !== undefined, Marker: page.nextToken };
  },
});
