import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { EmulatorError } from '../emulator-error.ts';
import { exportState } from '../transfer/export-state.ts';
import { dataDirectory } from './emulator-options.ts';
import type { CliOptions } from './options.ts';
import { hasEnded, withEmulator } from './with-emulator.ts';

/** Writes the state to a file, which is there as a whole or not at all. Exporting does not stop an emulator that runs. */
export async function exportCommand(options: CliOptions, [file = '']: string[]): Promise<number> {
  const secrets = options.withSecrets ?? false;
  const target = resolve(file);
  // A device or a pipe would be replaced by a file. Of what else is wrong with the place, writing there will tell.
  const there = await stat(target).catch(() => undefined);
  if (there && !there.isFile())
    throw new EmulatorError('FILE_UNUSABLE', `${target} cannot be written: it is there, and not a file. Give the name of a file.`);
  const now = () => new Date();
  await withEmulator(dataDirectory(options), {
    running: async (ask) => {
      const { body, url } = await ask(`export${secrets ? '?secrets=include' : ''}`);
      await save(Readable.fromWeb(body! as ReadableStream), target).catch((error: unknown) => {
        throw error instanceof EmulatorError ? error : hasEnded(new URL(url).origin, error);
      });
    },
    stopped: async (store) => save(await exportState({ store, now }, { secrets }), target),
  });
  process.stdout.write(
    secrets
      ? `exported to ${file}, with secrets, logs and the key that opens them: keep it as you would keep them\n`
      : `exported to ${file}, without the values of secrets and without logs (--with-secrets includes them)\n`,
  );
  return 0;
}

async function save(source: Readable, target: string): Promise<void> {
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    await pipeline(source, createWriteStream(temporary, { mode: 0o600, flush: true }));
    await rename(temporary, target);
  } catch (cause) {
    await rm(temporary, { force: true });
    if ((cause as NodeJS.ErrnoException).syscall === undefined) throw cause;
    throw new EmulatorError('FILE_UNUSABLE', `${target} cannot be written: ${(cause as Error).message}.`, { cause });
  }
}
