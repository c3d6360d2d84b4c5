import { EmulatorError } from '../emulator-error.ts';
import { findBubblewrap } from './bubblewrap.ts';

/** Throws ISOLATION_UNAVAILABLE rather than run agents less isolated than was asked for. */
export async function requireBubblewrap(): Promise<void> {
  if ((await findBubblewrap()) !== undefined) return;
  throw new EmulatorError(
    'ISOLATION_UNAVAILABLE',
    "Sessions are to be isolated with bubblewrap, but it is not installed (bwrap), or this machine forbids its namespaces. Install it, or choose the isolation 'none'.",
  );
}
