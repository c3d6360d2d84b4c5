import {
  DeleteAgentRuntimeCommand,
  DeleteAgentRuntimeEndpointCommand,
  ListAgentRuntimeEndpointsCommand,
  type BedrockAgentCoreControlClient,
  DeleteApiKeyCredentialProviderCommand,
  DeleteOauth2CredentialProviderCommand,
  DeleteWorkloadIdentityCommand,
  paginateListAgentRuntimes,
  paginateListApiKeyCredentialProviders,
  paginateListOauth2CredentialProviders,
  paginateListWorkloadIdentities,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { DeleteRepositoryCommand, paginateDescribeRepositories } from '@aws-sdk/client-ecr';
import {
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  ListEntitiesForPolicyCommand,
  ListPolicyVersionsCommand,
  ListRolePoliciesCommand,
  paginateListPolicies,
  paginateListRoles,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { DeleteSecretCommand, paginateListSecrets } from '@aws-sdk/client-secrets-manager';
import { clientsOf } from './clients.ts';
import { isOfRun } from './names.ts';
import { until } from './until.ts';
import type { ContractTarget } from './target.ts';

/**
 * Deletes what a run left behind, found by the run's id in its name, which nothing else has. Then looks whether anything is left, and says what.
 */
export async function sweep(target: ContractTarget): Promise<void> {
  for (const { remove } of await leftovers(target)) await remove();
  const left = await leftovers(target);
  if (left.length > 0) throw new Error(`The contract suite left behind: ${left.map(({ what }) => what).join(', ')}`);
}

interface Leftover {
  what: string;
  remove(): Promise<unknown>;
}

async function leftovers(target: ContractTarget): Promise<Leftover[]> {
  const { control, ecr, iam, secrets } = clientsOf(target);
  const found: Leftover[] = [];
  const add = (what: string | undefined, remove: () => Promise<unknown>) => {
    if (isOfRun(target, what)) found.push({ what: what!, remove });
  };
  for await (const { agentRuntimes = [] } of paginateListAgentRuntimes({ client: control }, {}))
    for (const { agentRuntimeName, agentRuntimeId, status } of agentRuntimes)
      // Its deletion takes minutes and cannot be hurried.
      if (status !== 'DELETING') add(agentRuntimeName, () => deleteRuntime(control, agentRuntimeId));
  for await (const { credentialProviders = [] } of paginateListApiKeyCredentialProviders({ client: control }, {}))
    for (const { name } of credentialProviders) add(name, () => control.send(new DeleteApiKeyCredentialProviderCommand({ name })));
  for await (const { credentialProviders = [] } of paginateListOauth2CredentialProviders({ client: control }, {}))
    for (const { name } of credentialProviders) add(name, () => control.send(new DeleteOauth2CredentialProviderCommand({ name })));
  for await (const { workloadIdentities = [] } of paginateListWorkloadIdentities({ client: control }, {}))
    for (const { name } of workloadIdentities) {
      // `ct_...-XXXXXXXXXX` is the identity of a runtime and goes with it.
      if (name?.startsWith('ct-')) add(name, () => control.send(new DeleteWorkloadIdentityCommand({ name })));
    }
  for await (const { repositories = [] } of paginateDescribeRepositories({ client: ecr }, {}))
    for (const { repositoryName } of repositories)
      add(repositoryName, () => ecr.send(new DeleteRepositoryCommand({ repositoryName, force: true })));
  for await (const { SecretList = [] } of paginateListSecrets({ client: secrets }, {}))
    for (const { Name, OwningService } of SecretList)
      if (OwningService === undefined)
        add(Name, () => secrets.send(new DeleteSecretCommand({ SecretId: Name, ForceDeleteWithoutRecovery: true })));
  for await (const { Policies = [] } of paginateListPolicies({ client: iam }, { Scope: 'Local' }))
    for (const { PolicyName, Arn } of Policies) add(PolicyName, () => deletePolicy(iam, Arn!));
  for await (const { Roles = [] } of paginateListRoles({ client: iam }, {}))
    for (const { RoleName } of Roles)
      add(RoleName, async () => {
        const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
        for (const PolicyName of PolicyNames) await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
        await iam.send(new DeleteRoleCommand({ RoleName }));
      });
  return found;
}

/** With its versions, and from the roles that have it: only those of a run do. */
export async function deletePolicy(iam: IAMClient, PolicyArn: string): Promise<void> {
  const using = async (PolicyUsageFilter: 'PermissionsPolicy' | 'PermissionsBoundary') =>
    (await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn, PolicyUsageFilter }))).PolicyRoles ?? [];
  for (const { RoleName } of await using('PermissionsPolicy')) await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
  for (const { RoleName } of await using('PermissionsBoundary')) await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }));
  const { Versions = [] } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
  for (const { VersionId, IsDefaultVersion } of Versions)
    if (!IsDefaultVersion) await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }));
  await iam.send(new DeletePolicyCommand({ PolicyArn }));
}

/** With its named endpoints, which have to be gone first. */
async function deleteRuntime(control: BedrockAgentCoreControlClient, agentRuntimeId: string | undefined): Promise<void> {
  const named = async () => {
    const { runtimeEndpoints = [] } = await control.send(new ListAgentRuntimeEndpointsCommand({ agentRuntimeId }));
    return runtimeEndpoints.filter(({ name }) => name !== 'DEFAULT');
  };
  for (const { name: endpointName } of await named())
    await control.send(new DeleteAgentRuntimeEndpointCommand({ agentRuntimeId, endpointName }));
  await until(async () => {
    if ((await named()).length > 0) throw new Error(`${agentRuntimeId} still has endpoints`);
  });
  await control.send(new DeleteAgentRuntimeCommand({ agentRuntimeId }));
}
