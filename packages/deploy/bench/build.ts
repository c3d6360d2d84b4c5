import { join } from 'node:path';
import { build } from 'esbuild';

/** Builds a script as the package is published: JavaScript in one file, its dependencies beside it. Returns its path. */
export async function buildScript(script: string, directory: string): Promise<string> {
  const outfile = join(directory, script.replace(/^.*\//, '').replace(/\.ts$/, '.mjs'));
  await build({
    entryPoints: [join(import.meta.dirname, script)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'error',
  });
  return outfile;
}
