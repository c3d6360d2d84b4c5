import type { Run } from '../agent/run.ts';
import { DeployError } from '../errors.ts';
import type { RegistryClient } from '../oci/client.ts';
import { createRegistryClient } from '../oci/client.ts';

/** `ACCOUNT.dkr.ecr.REGION.amazonaws.com`. */
const ecrHost = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;

export function isEcrHost(host: string): boolean {
  return ecrHost.test(host);
}

/**
 * A registry client for ECR: this account's, or the one of `host`. The token that ECR hands out is a ready-made Basic value,
 * good for the registries of one region, and the registry's address is the one that ECR names.
 */
export async function ecrAuthorization(run: Run, host?: string): Promise<RegistryClient> {
  const [, account, region = run.region] = ecrHost.exec(host ?? '') ?? [];
  const ecr = await (region === run.region ? run.clients.ecr() : run.clients.ecrIn(region));
  const other = account !== undefined && account !== run.account;
  const { authorizationData } = await ecr.getAuthorizationToken(other ? { registryIds: [account] } : {}, run.call);
  const { authorizationToken, proxyEndpoint } = authorizationData?.[0] ?? {};
  if (!authorizationToken || !proxyEndpoint) throw new DeployError('REGISTRY_AUTH', 'ECR answered without a token for its registry.');
  return createRegistryClient({
    endpoint: proxyEndpoint,
    authorization: `Basic ${authorizationToken}`,
    signal: run.signal,
    // The answer to a HEAD has no body that could say it.
    explainRefusal: ({ method, url }) => {
      const action = method !== 'HEAD' ? undefined : url.includes('/manifests/') ? 'BatchGetImage' : 'BatchCheckLayerAvailability';
      return action && `These credentials may lack ecr:${action} on this repository.`;
    },
  });
}
