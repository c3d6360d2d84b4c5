import type {
  AddRoleToInstanceProfileCommandInput,
  AddRoleToInstanceProfileCommandOutput,
  CreateInstanceProfileCommandInput,
  CreateInstanceProfileCommandOutput,
  DeleteInstanceProfileCommandInput,
  DeleteInstanceProfileCommandOutput,
  GetInstanceProfileCommandInput,
  GetInstanceProfileCommandOutput,
  ListInstanceProfilesCommandInput,
  ListInstanceProfilesCommandOutput,
  ListInstanceProfilesForRoleCommandInput,
  ListInstanceProfilesForRoleCommandOutput,
  ListInstanceProfileTagsCommandInput,
  ListInstanceProfileTagsCommandOutput,
  RemoveRoleFromInstanceProfileCommandInput,
  RemoveRoleFromInstanceProfileCommandOutput,
  TagInstanceProfileCommandInput,
  TagInstanceProfileCommandOutput,
  UntagInstanceProfileCommandInput,
  UntagInstanceProfileCommandOutput,
} from '@aws-sdk/client-iam';
import { newUniqueId } from '../../../credentials/access-keys.ts';
import { AwsError } from '../../../gateway/aws-error.ts';
import { defineOperation } from '../../../gateway/operation.ts';
import type { Store } from '../../../store/open-store.ts';
import { checkUniqueName } from '../check-unique-name.ts';
import { refuseInUse } from '../delete-conflict.ts';
import { iamArn, iamScope } from '../iam-scope.ts';
import { listNames } from '../list-names.ts';
import { noSuchEntity, requireRole, roleAccess } from '../role.ts';
import { checkTags, listTags, mergeTags } from '../tags.ts';
import {
  describeInstanceProfile,
  INSTANCE_PROFILE,
  listInstanceProfiles as allProfiles,
  profileAccess,
  requireInstanceProfile,
  saveInstanceProfile,
  type InstanceProfileItem,
} from './instance-profile.ts';

export const createInstanceProfile = defineOperation<CreateInstanceProfileCommandInput, CreateInstanceProfileCommandOutput>({
  authorize: (input, context) => [{ resources: [iamArn(context, `instance-profile${input.Path ?? '/'}${input.InstanceProfileName}`)] }],
  handle({ InstanceProfileName: profileName = '', Path: path = '/', Tags: tags = [] }, context) {
    const { emulator, accountId } = context;
    checkTags(tags);
    checkUniqueName(emulator.store, accountId, INSTANCE_PROFILE, profileName, `Instance Profile ${profileName} already exists.`);
    const profile: InstanceProfileItem = {
      profileName,
      profileId: newUniqueId('AIPA'),
      path,
      arn: iamArn(context, `instance-profile${path}${profileName}`),
      createDate: emulator.now().toISOString(),
      tags,
    };
    saveInstanceProfile(context, profile);
    return { InstanceProfile: describeInstanceProfile(emulator.store, profile) };
  },
});

export const getInstanceProfile = defineOperation<GetInstanceProfileCommandInput, GetInstanceProfileCommandOutput>({
  authorize: (input, context) => profileAccess(context, input.InstanceProfileName!),
  handle: (input, context) => ({
    InstanceProfile: describeInstanceProfile(context.emulator.store, requireInstanceProfile(context, input.InstanceProfileName!)),
  }),
});

export const listInstanceProfiles = defineOperation<ListInstanceProfilesCommandInput, ListInstanceProfilesCommandOutput>({
  authorize: (input, context) => [{ resources: [iamArn(context, `instance-profile${input.PathPrefix ?? '/'}`)] }],
  handle(input, { emulator, accountId }) {
    const profiles = allProfiles(emulator.store, accountId).filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'));
    return profilePage(emulator.store, profiles, input);
  },
});

export const listInstanceProfilesForRole = defineOperation<
  ListInstanceProfilesForRoleCommandInput,
  ListInstanceProfilesForRoleCommandOutput
>({
  authorize: (input, context) => roleAccess(context, input.RoleName!),
  handle(input, context) {
    const { roleName } = requireRole(context, input.RoleName!);
    const { emulator, accountId } = context;
    const profiles = allProfiles(emulator.store, accountId).filter((profile) => profile.roleName === roleName);
    return profilePage(emulator.store, profiles, input);
  },
});

export const deleteInstanceProfile = defineOperation<DeleteInstanceProfileCommandInput, DeleteInstanceProfileCommandOutput>({
  authorize: (input, context) => profileAccess(context, input.InstanceProfileName!),
  handle(input, context) {
    const { profileName, roleName } = requireInstanceProfile(context, input.InstanceProfileName!);
    refuseInUse({ 'remove roles from instance profile': roleName !== undefined });
    context.emulator.store.items.delete(INSTANCE_PROFILE, iamScope(context.accountId), profileName);
    return {};
  },
});

export const addRoleToInstanceProfile = defineOperation<AddRoleToInstanceProfileCommandInput, AddRoleToInstanceProfileCommandOutput>({
  authorize: (input, context) => [
    ...profileAccess(context, input.InstanceProfileName!),
    // Instances get the role: whoever says so passes it on.
    ...roleAccess(context, input.RoleName!, { 'iam:PassedToService': 'ec2.amazonaws.com' }).map((access) => ({
      ...access,
      action: 'iam:PassRole',
    })),
  ],
  handle({ InstanceProfileName: profileName, RoleName: roleName }, context) {
    const profile = requireInstanceProfile(context, profileName!);
    const role = requireRole(context, roleName!);
    if (profile.roleName !== undefined)
      throw new AwsError('LimitExceeded', 409, 'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1');
    saveInstanceProfile(context, { ...profile, roleName: role.roleName });
    return {};
  },
});

export const removeRoleFromInstanceProfile = defineOperation<
  RemoveRoleFromInstanceProfileCommandInput,
  RemoveRoleFromInstanceProfileCommandOutput
>({
  authorize: (input, context) => profileAccess(context, input.InstanceProfileName!),
  handle({ InstanceProfileName: profileName, RoleName: roleName }, context) {
    const { roleName: held, ...profile } = requireInstanceProfile(context, profileName!);
    if (held !== roleName) throw noSuchEntity(`Role ${roleName} in Instance Profile ${profileName} cannot be found.`);
    saveInstanceProfile(context, profile);
    return {};
  },
});

export const tagInstanceProfile = defineOperation<TagInstanceProfileCommandInput, TagInstanceProfileCommandOutput>({
  authorize: (input, context) => profileAccess(context, input.InstanceProfileName!),
  handle(input, context) {
    const profile = requireInstanceProfile(context, input.InstanceProfileName!);
    saveInstanceProfile(context, { ...profile, tags: mergeTags(profile.tags, input.Tags ?? []) });
    return {};
  },
});

export const untagInstanceProfile = defineOperation<UntagInstanceProfileCommandInput, UntagInstanceProfileCommandOutput>({
  authorize: (input, context) => profileAccess(context, input.InstanceProfileName!, { 'aws:TagKeys': input.TagKeys ?? [] }),
  handle(input, context) {
    const profile = requireInstanceProfile(context, input.InstanceProfileName!);
    saveInstanceProfile(context, { ...profile, tags: profile.tags.filter((tag) => !input.TagKeys?.includes(tag.Key!)) });
    return {};
  },
});

export const listInstanceProfileTags = defineOperation<ListInstanceProfileTagsCommandInput, ListInstanceProfileTagsCommandOutput>({
  authorize: (input, context) => profileAccess(context, input.InstanceProfileName!),
  handle: (input, context) => listTags('instance-profile-tags', requireInstanceProfile(context, input.InstanceProfileName!).tags, input),
});

function profilePage(store: Store, profiles: readonly InstanceProfileItem[], input: Parameters<typeof listNames>[2]) {
  const byName = new Map(profiles.map((profile) => [profile.profileName, profile]));
  const { names, ...page } = listNames('instance-profiles', [...byName.keys()], input);
  return { InstanceProfiles: names.map((name) => describeInstanceProfile(store, byName.get(name)!, { isListed: true })), ...page };
}
