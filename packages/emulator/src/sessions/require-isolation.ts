import { EmulatorError } from '../emulator-error.ts';
import { findBubblewrap } from './bubblewrap.ts';
import type { ContainerEngineOptions } from './container-engine.ts';
import type { Isolation } from './types.ts';

/**
 * Throws ISOLATION_UNAVAILABLE, with what the engine said, rather than run agents less isolated than was asked for. For
 * `container` it runs one, which takes a third of a second.
 */
export async function requireIsolation({ isolation, ...options }: ContainerEngineOptions & { isolation: Isolation }): Promise<void> {
  if (isolation === 'container') {
    const { probeContainer } = await import('./probe-container.ts');
    await probeContainer(options).catch((error: unknown) => {
      throw new EmulatorError('ISOLATION_UNAVAILABLE', (error as Error).message, { cause: error });
    });
  }
  if (isolation !== 'bubblewrap' || (await findBubblewrap()) !== undefined) return;
  throw new EmulatorError(
    'ISOLATION_UNAVAILABLE',
    "Sessions are to be isolated with bubblewrap, but it is not installed (bwrap), or this machine forbids its namespaces. Install it, or choose the isolation 'none'.",
  );
}
