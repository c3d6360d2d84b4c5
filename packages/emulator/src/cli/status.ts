import { findEmulator } from '../locator.ts';
import { dataDirectory } from './emulator-options.ts';
import type { CliOptions } from './options.ts';

/** Says whether an emulator runs on the data directory. Exit status 0: yes, 3: no. */
export async function status(options: CliOptions): Promise<number> {
  const directory = dataDirectory(options);
  const info = await findEmulator({ dataDirectory: directory });
  if (options.json)
    process.stdout.write(
      `${JSON.stringify(info ? { running: true, endpoint: info.endpoint, pid: info.pid, version: info.version } : { running: false })}\n`,
    );
  else process.stdout.write(info ? `running at ${info.endpoint} (pid ${info.pid})\n` : `not running on ${directory}\n`);
  return info ? 0 : 3;
}
