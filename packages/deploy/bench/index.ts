import { deployRows } from './deploy-rows.ts';
import { pushRows } from './push-rows.ts';

/** One measured figure. `baseline`: what the same process costs without this package's work. `peer`: containerify. */
export interface BenchRow {
  name: string;
  unit: string;
  ours: number;
  baseline?: number;
  peer?: number;
}

/**
 * Measures a deployment (a process of its own each time, against the emulator on this machine) and the building and
 * pushing of an image beside npm's containerify, which does that with the same bundle, base and registry.
 */
export async function benchDeploy({ runs = 3 }: { runs?: number } = {}): Promise<BenchRow[]> {
  return [...(await deployRows(runs)), ...(await pushRows(runs))];
}

if (import.meta.main) console.table(await benchDeploy());
