import { takeInventory, type InventoryEntry } from '../admin/inventory.ts';
import { dataDirectory } from './emulator-options.ts';
import type { CliOptions } from './options.ts';
import { withEmulator } from './with-emulator.ts';

/** Lists every resource: of the emulator that runs on the data directory, or else of what is kept there. */
export async function inventory(options: CliOptions): Promise<number> {
  const resources = await withEmulator<InventoryEntry[]>(dataDirectory(options), {
    running: async (ask) => ((await (await ask('inventory')).json()) as { resources: InventoryEntry[] }).resources,
    stopped: (store) => takeInventory({ store }),
  });
  if (options.json) process.stdout.write(`${JSON.stringify({ resources })}\n`);
  else process.stdout.write(resources.length === 0 ? 'no resources\n' : resources.map(({ type, arn }) => `${type}  ${arn}\n`).join(''));
  return 0;
}
