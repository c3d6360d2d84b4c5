import type { Tagged } from './tagged.ts';
import { latest } from './tagged.ts';

export interface JudgedRun {
  run: string;
  resources: readonly Tagged[];
  /** When something of it was last made or changed. */
  lastSign: Date | undefined;
  /** `unknown`: AWS tells no date of anything that it has. */
  verdict: 'old' | 'young' | 'unknown';
}

/**
 * Puts what was found together by run. A run is as old as the last thing that was made or changed for it: a workshop of two days is not swept
 * away because its first provider is a day old. A run of which no date is known is only old where every run is, with an age of 0.
 */
export function judgeRuns(found: readonly Tagged[], { olderThanMs, now }: { olderThanMs: number; now: Date }): JudgedRun[] {
  const runs = Map.groupBy(found, ({ run }) => run);
  return [...runs].sort().map(([run, resources]) => {
    const lastSign = latest(...resources.map(({ at }) => at));
    const old = olderThanMs === 0 || (lastSign !== undefined && now.getTime() - lastSign.getTime() > olderThanMs);
    return { run, resources, lastSign, verdict: old ? 'old' : lastSign === undefined ? 'unknown' : 'young' };
  });
}
