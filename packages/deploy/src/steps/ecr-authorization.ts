import type { Run } from '../agent/run.ts';
import { DeployError } from '../errors.ts';
import type { RegistryClient } from '../oci/client.ts';
import { createRegistryClient } from '../oci/client.ts';

/**
 * A registry client for this account's ECR. The token that ECR hands out is a ready-made Basic value, and the registry's
 * address is the one that ECR names.
 */
export async function ecrAuthorization(run: Run): Promise<RegistryClient> {
  const ecr = await run.clients.ecr();
  const { authorizationData } = await ecr.getAuthorizationToken({}, run.call);
  const { authorizationToken, proxyEndpoint } = authorizationData?.[0] ?? {};
  if (!authorizationToken || !proxyEndpoint) throw new DeployError('REGISTRY_AUTH', 'ECR answered without a token for its registry.');
  return createRegistryClient({ endpoint: proxyEndpoint, authorization: `Basic ${authorizationToken}`, signal: run.signal });
}
