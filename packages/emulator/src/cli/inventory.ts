import type { InventoryEntry } from '../admin/inventory.ts';
import { findEmulator } from '../locator.ts';
import { startEmulator } from '../start-emulator.ts';
import { dataDirectory } from './emulator-options.ts';
import type { CliOptions } from './run-cli.ts';

/** Lists every resource: of the emulator that runs on the data directory, or else of what is kept there. */
export async function inventory(options: CliOptions): Promise<number> {
  const resources = await readInventory(dataDirectory(options));
  if (options.json) process.stdout.write(`${JSON.stringify({ resources })}\n`);
  else process.stdout.write(resources.length === 0 ? 'no resources\n' : resources.map(({ type, arn }) => `${type}  ${arn}\n`).join(''));
  return 0;
}

async function readInventory(directory: string): Promise<InventoryEntry[]> {
  const running = await findEmulator({ dataDirectory: directory });
  if (!running) {
    const emulator = await startEmulator({ dataDirectory: directory });
    const resources = emulator.inventory();
    await emulator.stop();
    return resources;
  }
  const response = await fetch(`${running.endpoint}/_emulator/inventory`, { headers: { authorization: `Bearer ${running.adminToken}` } });
  return ((await response.json()) as { resources: InventoryEntry[] }).resources;
}
