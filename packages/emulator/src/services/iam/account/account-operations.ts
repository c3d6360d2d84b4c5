import type {
  CreateAccountAliasCommandInput,
  CreateAccountAliasCommandOutput,
  DeleteAccountAliasCommandInput,
  DeleteAccountAliasCommandOutput,
  GetAccountSummaryCommandInput,
  GetAccountSummaryCommandOutput,
  ListAccountAliasesCommandInput,
  ListAccountAliasesCommandOutput,
} from '@aws-sdk/client-iam';
import { AwsError } from '../../../gateway/aws-error.ts';
import { defineOperation } from '../../../gateway/operation.ts';
import { GROUP } from '../groups/group.ts';
import { iamScope } from '../iam-scope.ts';
import { INSTANCE_PROFILE } from '../instance-profiles/instance-profile.ts';
import { listNames } from '../list-names.ts';
import { OIDC_PROVIDER } from '../oidc-providers/oidc-provider.ts';
import { POLICY, type PolicyItem } from '../policies/policy.ts';
import { noSuchEntity, ROLE, type RoleItem } from '../role.ts';
import { listUsers } from '../users/user.ts';

const ALIAS = 'iam-account-alias';

/** The account's one alias. A new one takes its place, as on AWS. */
export const createAccountAlias = defineOperation<CreateAccountAliasCommandInput, CreateAccountAliasCommandOutput>({
  handle({ AccountAlias: alias }, { emulator: { store }, accountId }) {
    // Aliases are part of a sign-in URL: no two accounts have the same.
    const owner = store.items.all<{ alias: string }>(ALIAS).find(({ value }) => value.alias === alias);
    if (owner && owner.accountId !== accountId)
      throw new AwsError('EntityAlreadyExists', 409, `The account alias ${alias} already exists.`);
    store.items.put(ALIAS, iamScope(accountId), 'alias', { alias });
    return {};
  },
});

export const deleteAccountAlias = defineOperation<DeleteAccountAliasCommandInput, DeleteAccountAliasCommandOutput>({
  handle({ AccountAlias: alias }, { emulator: { store }, accountId }) {
    if (store.items.get<{ alias: string }>(ALIAS, iamScope(accountId), 'alias')?.alias !== alias)
      throw noSuchEntity(`The account alias ${alias} cannot be found.`);
    store.items.delete(ALIAS, iamScope(accountId), 'alias');
    return {};
  },
});

export const listAccountAliases = defineOperation<ListAccountAliasesCommandInput, ListAccountAliasesCommandOutput>({
  handle(input, { emulator: { store }, accountId }) {
    const own = store.items.get<{ alias: string }>(ALIAS, iamScope(accountId), 'alias');
    const { names, ...page } = listNames('account-aliases', own ? [own.alias] : [], input);
    return { AccountAliases: names, ...page };
  },
});

/** What there is, and the quotas that are kept here. Neither what cannot be made here nor quotas that nothing checks. */
export const getAccountSummary = defineOperation<GetAccountSummaryCommandInput, GetAccountSummaryCommandOutput>({
  handle(_input, { emulator: { store }, accountId }) {
    const count = (kind: string) => store.items.list(kind, iamScope(accountId)).length;
    const policies = store.items.list<PolicyItem>(POLICY, iamScope(accountId)).map(({ value }) => value);
    const roles = store.items.list<RoleItem>(ROLE, iamScope(accountId)).map(({ value }) => value);
    return {
      SummaryMap: {
        AccessKeysPerUserQuota: 2,
        AccountAccessKeysPresent: 0,
        AccountMFAEnabled: 0,
        AttachedPoliciesPerGroupQuota: 10,
        AttachedPoliciesPerRoleQuota: 10,
        AttachedPoliciesPerUserQuota: 10,
        GroupPolicySizeQuota: 5120,
        Groups: count(GROUP),
        GroupsPerUserQuota: 10,
        InstanceProfiles: count(INSTANCE_PROFILE),
        MFADevices: 0,
        MFADevicesInUse: 0,
        Policies: policies.length,
        PolicySizeQuota: 6144,
        PolicyVersionsInUse: policies.reduce((sum, { versions }) => sum + versions.length, 0),
        Providers: count(OIDC_PROVIDER),
        RolePolicySizeQuota: 10_240,
        Roles: roles.length,
        ServerCertificates: 0,
        UserPolicySizeQuota: 2048,
        Users: listUsers(store, accountId).length,
        VersionsPerPolicyQuota: 5,
      },
    };
  },
});
