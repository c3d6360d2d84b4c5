import type { Run } from '../agent/run.ts';
import type { Bundle } from '../bundle/bundle.ts';
import type { Step } from './step.ts';

export interface BundleStep extends Step {
  bundle(): Promise<Bundle>;
}

/** The agent as one file. Local: there is nothing to apply. */
export function bundleStep({ definition: { entry } }: Run, bundle: () => Promise<Bundle>): BundleStep {
  return {
    name: 'bundle',
    needs: [],
    bundle,
    async plan() {
      const { bytes, files } = await bundle();
      return {
        step: 'bundle',
        action: 'none',
        resource: String(entry),
        detail: `${kilobytes(bytes.length)} from ${files.length} source files`,
      };
    },
    apply: async () => undefined,
  };
}

export function kilobytes(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
