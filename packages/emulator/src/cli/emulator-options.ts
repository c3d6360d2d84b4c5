import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { EmulatorOptions } from '../start-emulator.ts';
import { EmulatorError } from '../emulator-error.ts';
import type { Isolation } from '../sessions/types.ts';
import type { CliOptions } from './options.ts';

/** What the options of a command mean for startEmulator, which checks their values. */
export function emulatorOptions(options: CliOptions, { defaultPort }: { defaultPort: number }): EmulatorOptions {
  const port = options.port === undefined ? defaultPort : Number(options.port === '' ? Number.NaN : options.port);
  if (Number.isNaN(port)) throw new EmulatorError('INVALID_OPTION', `--port: '${options.port}' is not a number.`);
  return {
    port,
    ephemeral: options.ephemeral ?? false,
    ...(options.account === undefined ? {} : { accountId: options.account }),
    ...(options.region === undefined ? {} : { region: options.region }),
    ...(options.ephemeral ? {} : { dataDirectory: dataDirectory(options) }),
    ...(options.isolation === undefined ? {} : { isolation: options.isolation as Isolation }),
    ...(options.containerEngine === undefined ? {} : { containerEngine: options.containerEngine }),
    ...(options.iam === undefined ? {} : { iam: options.iam as 'enforce' | 'off' }),
  };
}

/** The variable that `exec` sets, so that the commands of this program find the emulator that they run in. */
export const DATA_VARIABLE = 'AGENTCORE_LOCAL_DATA';

export function dataDirectory({ data }: Pick<CliOptions, 'data'>): string {
  // Of a variable of the shell that is not set: the directory that one is in would get the state, or lose it to reset.
  if (data === '') throw new EmulatorError('INVALID_OPTION', '--data: the name of the directory is empty.');
  return resolve(data ?? (process.env[DATA_VARIABLE] || join(homedir(), '.agentcore-local')));
}
