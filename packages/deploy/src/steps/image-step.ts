import type { Run } from '../agent/run.ts';
import { registryEndpoint } from '../aws/public-registry.ts';
import type { ComposedImage } from '../image/compose.ts';
import { composeImage } from '../image/compose.ts';
import { createLayer } from '../image/layer.ts';
import type { RegistryClient } from '../oci/client.ts';
import { createRegistryClient } from '../oci/client.ts';
import { parseReference } from '../oci/reference.ts';
import { resolveImage } from '../oci/resolve.ts';
import type { BundleStep } from './bundle-step.ts';
import { kilobytes } from './bundle-step.ts';
import { ecrAuthorization, isEcrHost } from './ecr-authorization.ts';
import type { Step } from './step.ts';
import { memo } from './step.ts';

export const defaultBase = 'public.ecr.aws/docker/library/node:22-slim';

interface BuiltImage extends ComposedImage {
  /** Where the base's layers are read from. */
  base: { client: RegistryClient; repository: string };
}

export interface ImageStep extends Step {
  image(): Promise<BuiltImage>;
}

/** One layer on a base of which only the manifest and the configuration are read. Local: there is nothing to apply. */
export function imageStep(run: Run, bundle: BundleStep): ImageStep {
  const reference = run.definition.base ?? defaultBase;
  const { host, repository, tag, digest } = parseReference(reference);

  const base = memo(async () => {
    const client = isEcrHost(host)
      ? await ecrAuthorization(run, host)
      : createRegistryClient({ endpoint: registryEndpoint(host, run.definition.aws), signal: run.signal });
    return { client, resolved: await resolveImage(client, repository, digest ?? tag ?? 'latest', { os: 'linux', architecture: 'arm64' }) };
  });

  const image = memo(async () => {
    const [{ client, resolved }, { bytes }] = await Promise.all([base(), bundle.bundle()]);
    const layer = await createLayer([{ path: 'app/index.mjs', bytes }]);
    return { ...composeImage(resolved, layer), base: { client, repository } };
  });

  return {
    name: 'image',
    needs: ['bundle'],
    image,
    async plan() {
      const { manifest, layer } = await image();
      return {
        step: 'image',
        action: 'none',
        resource: manifest.digest,
        detail: `a layer of ${kilobytes(layer.bytes.length)} on ${reference}`,
      };
    },
    apply: async () => undefined,
  };
}
