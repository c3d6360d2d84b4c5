import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { asStateError } from '../store/as-state-error.ts';
import { EmulatorError } from '../emulator-error.ts';
import { dataDirectory } from './emulator-options.ts';
import type { CliOptions } from './run-cli.ts';
import { withEmulator } from './with-emulator.ts';

/** Writes the state to a file, which is there as a whole or not at all. Exporting does not stop an emulator that runs. */
export async function exportCommand(options: CliOptions, [file]: string[]): Promise<number> {
  if (file === undefined)
    throw new EmulatorError('INVALID_OPTION', 'No file was given. Usage: agentcore-local export FILE [--with-secrets]');
  const secrets = options['with-secrets'] ?? false;
  const target = resolve(file);
  const save = (source: Readable) => write(source, target);
  await withEmulator(dataDirectory(options), {
    running: async (ask) => save(Readable.fromWeb((await ask(`export${secrets ? '?secrets=include' : ''}`)).body! as never)),
    stopped: async (emulator) => save(await emulator.exportState({ secrets })),
  });
  process.stdout.write(
    secrets
      ? `exported to ${file}, with secrets and the key that opens them: keep it as you would keep them\n`
      : `exported to ${file}, without the values of secrets (--with-secrets includes them)\n`,
  );
  return 0;
}

async function write(source: Readable, target: string): Promise<void> {
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    await pipeline(source, createWriteStream(temporary, { mode: 0o600, flush: true }));
    await rename(temporary, target);
  } catch (cause) {
    await rm(temporary, { force: true });
    const { syscall } = cause as NodeJS.ErrnoException;
    if (syscall === undefined) throw asStateError(cause, target);
    throw new EmulatorError('FILE_UNUSABLE', `${target} cannot be written: ${(cause as Error).message}.`, { cause });
  }
}
