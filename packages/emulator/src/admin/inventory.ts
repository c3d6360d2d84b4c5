import type { EmulatorServices } from '../emulator-services.ts';
import { API_KEY_PROVIDER } from '../services/agentcore/api-key-provider.ts';
import { apiKeyProviderArn, oauth2ProviderArn, runtimeArn, runtimeEndpointArn, workloadIdentityArn } from '../services/agentcore/arns.ts';
import { OAUTH2_PROVIDER } from '../services/agentcore/oauth2/provider.ts';
import { RUNTIME, RUNTIME_ENDPOINT } from '../services/agentcore/runtime-items.ts';
import { WORKLOAD_IDENTITY } from '../services/agentcore/workload-identity.ts';
import { POLICY, type PolicyItem } from '../services/iam/policies/policy.ts';
import { GROUP, type GroupItem } from '../services/iam/groups/group.ts';
import { INSTANCE_PROFILE, type InstanceProfileItem } from '../services/iam/instance-profiles/instance-profile.ts';
import { OIDC_PROVIDER, type OidcProviderItem } from '../services/iam/oidc-providers/oidc-provider.ts';
import { ROLE, type RoleItem } from '../services/iam/role.ts';
import { USER, type UserItem } from '../services/iam/users/user.ts';
import { repositoryArn } from '../registry/names.ts';
import { BUCKET, bucketArn } from '../services/s3/bucket.ts';
import { LOG_GROUP, logGroupArn } from '../services/logs/log-items.ts';
import { SECRET, type SecretItem } from '../services/secretsmanager/secret.ts';
import type { Scope, StoredItem } from '../store/items.ts';

export interface InventoryEntry {
  accountId: string;
  region: string;
  type: string;
  id: string;
  arn: string;
}

type ArnOf = (item: StoredItem<unknown>) => string;
const scoped =
  (arn: (scope: Scope, id: string) => string): ArnOf =>
  (item) =>
    arn(item, item.id);

/** What counts as a resource: everything that a caller can make, and that would cost or clutter on a real account. */
const RESOURCES: Record<string, { type: string; arn: ArnOf }> = {
  [ROLE]: { type: 'iam:role', arn: ({ value }) => (value as RoleItem).arn },
  [POLICY]: { type: 'iam:policy', arn: ({ value }) => (value as PolicyItem).arn },
  [USER]: { type: 'iam:user', arn: ({ value }) => (value as UserItem).arn },
  [GROUP]: { type: 'iam:group', arn: ({ value }) => (value as GroupItem).arn },
  [INSTANCE_PROFILE]: { type: 'iam:instance-profile', arn: ({ value }) => (value as InstanceProfileItem).arn },
  [OIDC_PROVIDER]: { type: 'iam:oidc-provider', arn: ({ value }) => (value as OidcProviderItem).arn },
  [SECRET]: { type: 'secretsmanager:secret', arn: ({ value }) => (value as SecretItem).arn },
  [API_KEY_PROVIDER]: { type: 'bedrock-agentcore:apikeycredentialprovider', arn: scoped(apiKeyProviderArn) },
  [OAUTH2_PROVIDER]: { type: 'bedrock-agentcore:oauth2credentialprovider', arn: scoped(oauth2ProviderArn) },
  [WORKLOAD_IDENTITY]: { type: 'bedrock-agentcore:workload-identity', arn: scoped(workloadIdentityArn) },
  [RUNTIME]: { type: 'bedrock-agentcore:runtime', arn: scoped(runtimeArn) },
  [RUNTIME_ENDPOINT]: {
    type: 'bedrock-agentcore:runtime-endpoint',
    arn: scoped((scope, id) => runtimeEndpointArn(scope, id.split('/')[0] ?? '', id.split('/')[1] ?? '')),
  },
  [LOG_GROUP]: { type: 'logs:log-group', arn: scoped(logGroupArn) },
  [BUCKET]: { type: 's3:bucket', arn: ({ id: name, region }) => bucketArn({ name, region }) },
  'ecr-repository': {
    type: 'ecr:repository',
    arn: scoped(repositoryArn),
  },
};

/** Every resource of every account and region, and every live agent session where an emulator runs, in a stable order. */
export function takeInventory({ store, sessions }: Pick<EmulatorServices, 'store'> & Partial<EmulatorServices>): InventoryEntry[] {
  const resources = Object.entries(RESOURCES).flatMap(([kind, { type, arn }]) =>
    store.items
      .all<unknown>(kind)
      // The public namespace of the registry belongs to no account.
      .filter((item) => item.accountId !== '-')
      .map((item) => ({ accountId: item.accountId, region: item.region, type, id: item.id, arn: arn(item) })),
  );
  const live = (sessions?.host.list() ?? []).map(({ key }) => {
    const [, , , region = '', accountId = ''] = key.agentRuntimeArn.split(':');
    return {
      accountId,
      region,
      type: 'bedrock-agentcore:runtime-session',
      id: key.sessionId,
      arn: `${key.agentRuntimeArn}#${key.sessionId}`,
    };
  });
  return [...resources, ...live];
}
