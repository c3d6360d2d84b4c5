import { EmulatorError } from '../emulator-error.ts';
import { importState } from '../transfer/import-state.ts';
import { dataDirectory } from './emulator-options.ts';
import type { CliOptions } from './run-cli.ts';

/** Puts an export in place of what the data directory holds. */
export async function importCommand(options: CliOptions, [file]: string[]): Promise<number> {
  if (file === undefined) throw new EmulatorError('INVALID_OPTION', 'No file was given. Usage: agentcore-local import FILE');
  const { secrets, exportedAt } = await importState({ file, dataDirectory: dataDirectory(options) });
  process.stdout.write(
    `imported the state of ${exportedAt}${secrets ? ', keys and secrets with it' : '; secrets have no values: set them again'}\n`,
  );
  return 0;
}
