import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Builds a script as the package is published: JavaScript in one file, its dependencies beside it. Returns its path. */
export async function buildScript(script: URL, directory: string): Promise<string> {
  const path = fileURLToPath(script);
  const outfile = join(directory, `${basename(path, '.ts')}.mjs`);
  await build({
    entryPoints: [path],
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
