import { findBubblewrap } from './bubblewrap.ts';
import { findContainerEngine } from './container-engine.ts';
import type { ContainerHost } from './in-container.ts';
import { createProcessGuard } from './process-guard.ts';
import { SessionError } from './session-error.ts';
import { containerLabels, sweepContainers } from './sweep-containers.ts';
import type { SessionHostOptions } from './types.ts';

/** What the sessions of a host run in. */
export type OpenedIsolation =
  | { type: 'none' }
  | { type: 'bubblewrap'; /** Its path. */ file: string }
  | { type: 'container'; host: ContainerHost; /** Removes what is left. */ close(): Promise<void> };

/** Finds what was asked for. Throws ISOLATION_UNAVAILABLE rather than run agents less isolated than that. */
export async function openIsolation(
  { isolation = 'none', ...options }: Pick<SessionHostOptions, 'isolation' | 'containerEngine' | 'containerArguments'>,
  ownDirectory: string,
): Promise<OpenedIsolation> {
  if (isolation === 'none') return { type: 'none' };
  if (isolation === 'container') {
    const found = await findContainerEngine(options);
    if ('problem' in found)
      throw unavailable(`in containers, but ${found.problem}. Install podman, or choose the isolation "bubblewrap" or "none".`);
    const { engine } = found;
    await sweepContainers(engine, ownDirectory, { own: false });
    const guard = createProcessGuard<string>([engine.file, ...engine.global, 'rm', '--force', '--ignore', '--time', '0']);
    return {
      type: 'container',
      host: { engine, labels: containerLabels(ownDirectory), guard },
      async close() {
        await sweepContainers(engine, ownDirectory, { own: true });
        guard.close();
      },
    };
  }
  const file = await findBubblewrap();
  if (file !== undefined) return { type: 'bubblewrap', file };
  if (isolation === 'auto') return { type: 'none' };
  throw unavailable(
    'with bubblewrap, but it is not installed, or this machine forbids its namespaces. Install it, or choose the isolation "none".',
  );
}

function unavailable(how: string): SessionError {
  return new SessionError('ISOLATION_UNAVAILABLE', `Sessions are to be isolated ${how}`);
}
