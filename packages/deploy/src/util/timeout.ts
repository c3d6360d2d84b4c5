import { DeployError } from '../errors.ts';

/** What a timer of Node takes (24.8 days): more than that, it ends at once. */
export const mostMilliseconds = 2 ** 31 - 1;

/** @throws {DeployError} `INVALID_CONFIG` for what is no time that a timer can wait. */
export function assertTimeout(name: string, milliseconds: unknown): void {
  if (typeof milliseconds === 'number' && milliseconds > 0 && milliseconds <= mostMilliseconds) return;
  const given = typeof milliseconds === 'string' ? JSON.stringify(milliseconds) : String(milliseconds);
  throw new DeployError(
    'INVALID_CONFIG',
    `${name} is ${given}, expected milliseconds: more than 0, at most ${mostMilliseconds} (24.8 days).`,
  );
}
