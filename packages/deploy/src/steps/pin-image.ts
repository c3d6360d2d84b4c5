import type { Run } from '../agent/run.ts';
import { registryEndpoint } from '../aws/public-registry.ts';
import { DeployError } from '../errors.ts';
import { createRegistryClient } from '../oci/client.ts';
import { fetchManifest } from '../oci/manifest.ts';
import { parseReference } from '../oci/reference.ts';
import { ecrAuthorization, isEcrHost } from './ecr-authorization.ts';

/**
 * An image of one's own by its digest: under a tag that moved, the runtime would go on with the image of before and nothing
 * would look different. Whoever may not read the repository, as the service may, keeps the tag.
 */
export async function pinImage(run: Run, image: string): Promise<string> {
  const { host, repository, tag, digest } = parseReference(image);
  if (digest !== undefined || tag === undefined) return image;
  try {
    const client = isEcrHost(host)
      ? await ecrAuthorization(run, host)
      : createRegistryClient({ endpoint: registryEndpoint(host, run.definition.aws), signal: run.signal });
    return `${host}/${repository}@${(await fetchManifest(client, repository, tag)).digest}`;
  } catch (error) {
    const mayNot =
      error instanceof DeployError ? error.code === 'REGISTRY_AUTH' : error instanceof Error && /AccessDenied/.test(error.name);
    if (!mayNot) throw error;
    const detail = `${image} stays a tag: these credentials may not read what it means (ecr:BatchGetImage). A push under the same tag will not be noticed.`;
    run.emit({ type: 'warning', step: 'runtime', resource: image, detail });
    return image;
  }
}
