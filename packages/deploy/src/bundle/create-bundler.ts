import { realpath } from 'node:fs/promises';
import type { Bundle } from './bundle.ts';
import { bundleAgent, pathOfEntry } from './bundle.ts';
import { keepBundle, readKeptBundle, type StampedBundle } from './keep-bundle.ts';
import { stampPaths } from './stamp-paths.ts';

/** Bundles an entry file, until the signal aborts. */
export type Bundler = (entry: URL | string, signal?: AbortSignal) => Promise<Bundle>;

/** The clock that files are stamped by is behind by up to so much, in milliseconds. */
const CLOCK_MS = 20;

/**
 * A bundler that makes a bundle anew only when something has changed that decides what is in it (see `decisivePaths`), in this process or in one
 * before: for an agent with Strands that is 20 ms to look at 2,800 paths in place of 700 ms to read and write 1,300 files.
 */
export function createBundler(bundle: Bundler = bundleAgent): Bundler {
  let last: (StampedBundle & { path: string }) | undefined;
  return async (entry, signal) => {
    // Through links: a link that leads elsewhere now is another entry.
    const path = await realpath(pathOfEntry(entry)).catch(() => undefined);
    if (path === undefined) return bundle(entry, signal);
    const known = last?.path === path ? last : await readKeptBundle(path);
    if (known && stampPaths(known.bundle.paths).value === known.stamp) {
      last = { ...known, path };
      return known.bundle;
    }
    last = undefined;
    const startedAt = Date.now();
    const fresh = await bundle(entry, signal);
    const { value, changedAt } = stampPaths(fresh.paths);
    // What was changed while it was read is in the bundle or is not: nobody knows.
    if (changedAt < startedAt - CLOCK_MS) {
      last = { bundle: fresh, stamp: value, path };
      await keepBundle(path, last);
    }
    return fresh;
  };
}
