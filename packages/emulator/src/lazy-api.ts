import type { EmulatorInfo } from './emulator-info.ts';
import type { Emulator, EmulatorOptions } from './start-emulator.ts';
import type { Imported } from './transfer/import-state.ts';

// Each is loaded by its first call. A program that only looks for a running emulator does not load the 400 modules of one, and importing the package
// on a Node without node:sqlite can explain the problem.

/**
 * Starts AWS on this machine: one HTTP port on loopback that serves AgentCore, IAM, STS, ECR, S3, Secrets Manager and a model.
 *
 * @throws EmulatorError INVALID_OPTION, ISOLATION_UNAVAILABLE, ALREADY_RUNNING, DIRECTORY_BUSY, PORT_IN_USE, DATA_DIRECTORY_UNUSABLE, STATE_DAMAGED, STATE_TOO_NEW
 */
export async function startEmulator(options?: EmulatorOptions): Promise<Emulator> {
  const emulator = await import('./start-emulator.ts');
  return emulator.startEmulator(options);
}

/** The emulator that runs on `dataDirectory`, or undefined when none answers there. */
export async function findEmulator({ dataDirectory }: { dataDirectory: string }): Promise<EmulatorInfo | undefined> {
  const locator = await import('./locator.ts');
  return locator.findEmulator({ dataDirectory });
}

/**
 * Replaces the state in a data directory with an export, completely or not at all. No emulator may run on the directory.
 *
 * @throws EmulatorError ALREADY_RUNNING, DIRECTORY_BUSY, FILE_UNUSABLE, IMPORT_REFUSED when the file is not a complete export, STATE_TOO_NEW, DATA_DIRECTORY_UNUSABLE
 */
export async function importState({ file, dataDirectory }: { file: string; dataDirectory: string }): Promise<Imported> {
  const transfer = await import('./transfer/import-state.ts');
  return transfer.importState({ file, dataDirectory });
}

/**
 * Deletes the state in a data directory, including the keys and a state that cannot be read. The directory itself is deleted when nothing else is in
 * it. No emulator may run on it.
 *
 * @throws EmulatorError ALREADY_RUNNING, DIRECTORY_BUSY, DATA_DIRECTORY_UNUSABLE
 */
export async function removeState({ dataDirectory }: { dataDirectory: string }): Promise<void> {
  const transfer = await import('./transfer/remove-state.ts');
  return transfer.removeState({ dataDirectory });
}
