import { existsSync } from './builtins.ts';
import { RuntimeError } from './errors.ts';
import type { ListenOptions } from './options.ts';

/**
 * Where the app listens: what is given, else what the environment says, else the contract.
 *
 * @throws RuntimeError `INVALID_OPTIONS` for a port that is none
 */
export function addressOf(
  { port, host }: ListenOptions,
  env: NodeJS.ProcessEnv = process.env,
  exists: (path: string) => boolean = existsSync,
): { port: number; host: string } {
  const given = port ?? (env['PORT'] ? Number(env['PORT']) : 8080);
  if (!Number.isInteger(given) || given < 0 || given > 65_535) {
    throw new RuntimeError('INVALID_OPTIONS', `The port must be a whole number from 0 to 65535, not ${port ?? `PORT=${env['PORT']}`}.`);
  }
  return { port: given, host: host ?? (isContainer(env, exists) ? '0.0.0.0' : '127.0.0.1') };
}

function isContainer(env: NodeJS.ProcessEnv, exists: (path: string) => boolean): boolean {
  const said = env['DOCKER_CONTAINER'];
  return (said !== undefined && said !== '' && said !== '0' && said.toLowerCase() !== 'false') || exists('/.dockerenv');
}
