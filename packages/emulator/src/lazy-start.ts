import type { Emulator, EmulatorOptions } from './start-emulator.ts';

/**
 * Starts AWS on this machine: one HTTP port on loopback that serves AgentCore, IAM, STS, ECR, S3, Secrets Manager and a model. It is loaded when
 * it is first started: whoever only looks for one that runs does without its 400 modules.
 *
 * @throws EmulatorError INVALID_OPTION, ISOLATION_UNAVAILABLE, ALREADY_RUNNING, DIRECTORY_BUSY, PORT_IN_USE, DATA_DIRECTORY_UNUSABLE, STATE_DAMAGED, STATE_TOO_NEW
 */
export async function startEmulator(options?: EmulatorOptions): Promise<Emulator> {
  const emulator = await import('./start-emulator.ts');
  return emulator.startEmulator(options);
}
