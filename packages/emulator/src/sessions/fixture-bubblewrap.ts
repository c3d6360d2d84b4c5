import { isSkippedWithout } from '../../../../testing/is-skipped-without.ts';
import { findBubblewrap } from './bubblewrap.ts';

/** For tests: whether to skip those in which bubblewrap has to work. */
export async function isSkippedWithoutBubblewrap(): Promise<boolean> {
  const found = await findBubblewrap();
  return isSkippedWithout('bwrap', () => (found === undefined ? 'bwrap is not installed, or may not create namespaces here.' : undefined));
}
