import { execFileSync } from 'node:child_process';
import { delimiter, join } from 'node:path';

/** Arguments of `node` that make node:sqlite fail as it does on an old Node, at a static import as well. */
export const WITHOUT_SQLITE: readonly string[] = [
  '--import',
  `data:text/javascript,${encodeURIComponent(`
    import { registerHooks } from 'node:module';
    registerHooks({
      resolve(specifier, context, next) {
        if (specifier === 'node:sqlite') throw Object.assign(new Error('No such built-in module: node:sqlite'), { code: 'ERR_UNKNOWN_BUILTIN_MODULE' });
        return next(specifier, context);
      },
    });`)}`,
];

/**
 * The first Node on PATH that is older than 24. Installing one for the tests would add 100 MB, so what needs it is skipped where there is none, and
 * WITHOUT_SQLITE stands in for it.
 */
export function findOldNode(): { path: string; version: string } | undefined {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(directory, 'node');
    try {
      const version = execFileSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
      if (Number(version.split('.')[0]) < 24) return { path, version };
    } catch {
      // Not there, or not a program.
    }
  }
  return undefined;
}
