import { createZip } from '../bundle/create-zip.ts';
import { digestOf } from '../oci/digest.ts';
import type { BundleStep } from './bundle-step.ts';
import { kilobytes } from './bundle-step.ts';
import type { Step } from './step.ts';
import { memo } from './step.ts';

/** What the service is told to start, at the root of the zip. */
export const zipEntryPoint = 'index.mjs';

export interface ZipStep extends Step {
  zip(): Promise<{ bytes: Uint8Array; digest: string }>;
}

/** The agent as a zip, for the platform's own Node. Local: there is nothing to apply. */
export function zipStep(bundle: BundleStep): ZipStep {
  const zip = memo(async () => {
    const { bytes } = await bundle.bundle();
    const packed = createZip([{ path: zipEntryPoint, bytes }]);
    return { bytes: packed, digest: digestOf(packed) };
  });
  return {
    name: 'zip',
    needs: ['bundle'],
    zip,
    async plan() {
      const { bytes, digest } = await zip();
      return { step: 'zip', action: 'none', resource: digest, detail: `a zip of ${kilobytes(bytes.length)} for NODE_22` };
    },
    apply: async () => undefined,
  };
}
