import type { InstanceProfile, Tag } from '@aws-sdk/client-iam';
import type { OperationContext, Permission } from '../../../gateway/operation.ts';
import type { Store } from '../../../store/open-store.ts';
import { iamArn, iamScope } from '../iam-scope.ts';
import { describeRole, findRole, noSuchEntity } from '../role.ts';
import { tagKeys } from '../tags.ts';

export const INSTANCE_PROFILE = 'iam-instance-profile';

/** What gives an EC2 instance its role. There are no instances here: tools make and read profiles all the same. */
export interface InstanceProfileItem {
  profileName: string;
  profileId: string;
  path: string;
  arn: string;
  createDate: string;
  roleName?: string;
  tags: Tag[];
}

export function listInstanceProfiles(store: Store, accountId: string): InstanceProfileItem[] {
  return store.items.list<InstanceProfileItem>(INSTANCE_PROFILE, iamScope(accountId)).map(({ value }) => value);
}

export function requireInstanceProfile({ emulator, accountId }: OperationContext, profileName: string): InstanceProfileItem {
  const profile = emulator.store.items.get<InstanceProfileItem>(INSTANCE_PROFILE, iamScope(accountId), profileName);
  if (!profile) throw noSuchEntity(`Instance Profile ${profileName} cannot be found.`);
  return profile;
}

export function saveInstanceProfile({ emulator, accountId }: OperationContext, profile: InstanceProfileItem): void {
  emulator.store.items.put(INSTANCE_PROFILE, iamScope(accountId), profile.profileName, profile);
}

export function profileAccess(context: OperationContext, profileName: string, keys: Permission['context'] = {}): Permission[] {
  const { emulator, accountId } = context;
  const profile = emulator.store.items.get<InstanceProfileItem>(INSTANCE_PROFILE, iamScope(accountId), profileName);
  return [
    {
      resources: [profile?.arn ?? iamArn(context, `instance-profile/${profileName}`)],
      context: { ...tagKeys(profile?.tags ?? []), ...keys },
    },
  ];
}

/** Lists leave out tags, as the service does. */
export function describeInstanceProfile(store: Store, profile: InstanceProfileItem, { isListed = false } = {}): InstanceProfile {
  const role = profile.roleName === undefined ? undefined : findRole(store, profile.arn.split(':')[4] ?? '', profile.roleName);
  return {
    Path: profile.path,
    InstanceProfileName: profile.profileName,
    InstanceProfileId: profile.profileId,
    Arn: profile.arn,
    CreateDate: new Date(profile.createDate),
    Roles: role ? [{ ...describeRole(store, role), Tags: undefined, PermissionsBoundary: undefined, MaxSessionDuration: undefined }] : [],
    ...(isListed || profile.tags.length === 0 ? {} : { Tags: profile.tags }),
  };
}
