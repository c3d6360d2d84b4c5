import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';
import { DeployError } from '../errors.ts';
import { inlineCreatedRequires, readInstead } from './inline-created-requires.ts';

export interface Bundle {
  /** One ES module that needs nothing beside it. */
  bytes: Uint8Array;
  /** The files that went into it. */
  files: string[];
}

/** esbuild writes ES modules without `require`; CommonJS dependencies in the bundle call it for Node's own modules. */
const banner = 'import{createRequire as __agentRequire}from"node:module";const require=__agentRequire(import.meta.url);';

/**
 * Bundles an agent into one file for Node 22. The result depends on the sources alone: no paths, no time.
 * @throws {DeployError} `ENTRY_NOT_FOUND`, `BUNDLE_FAILED` (with esbuild's own findings, file and line).
 */
export async function bundleAgent(entry: URL | string): Promise<Bundle> {
  const path = resolve(entry instanceof URL || entry.startsWith('file:') ? fileURLToPath(entry) : entry);
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) {
    throw new DeployError(
      'ENTRY_NOT_FOUND',
      `There is no file ${path}. Pass the file that starts the agent, e.g. new URL('./agent.ts', import.meta.url).`,
    );
  }
  const { build } = await import('esbuild');
  const directory = dirname(path);
  const bundleWith = (plugins: Plugin[]) =>
    build({
      plugins,
      absWorkingDir: directory,
      entryPoints: [path],
      outfile: 'index.mjs',
      bundle: true,
      write: false,
      metafile: true,
      platform: 'node',
      format: 'esm',
      target: 'node22',
      minify: true,
      // Error classes are told apart by name, and names are what a log shows.
      keepNames: true,
      legalComments: 'none',
      banner: { js: banner },
      logLevel: 'silent',
    });
  try {
    const sources = new Map<string, string>();
    let result = await bundleWith([]);
    // What is bundled for the first time by that can have such calls itself.
    for (let known = -1; known < sources.size;) {
      known = sources.size;
      for (const [file, source] of await inlineCreatedRequires(directory, result.metafile)) sources.set(file, source);
      if (sources.size > known) result = await bundleWith([readInstead(sources)]);
    }
    const { outputFiles, metafile } = result;
    return {
      bytes: (outputFiles[0] as { contents: Uint8Array }).contents,
      files: Object.keys(metafile.inputs).map((file) => resolve(directory, file)),
    };
  } catch (error) {
    throw new DeployError('BUNDLE_FAILED', `The agent cannot be bundled: ${findings(error)}`, { cause: error });
  }
}

function findings(error: unknown): string {
  const { errors = [] } = error as { errors?: { text: string; location: { file: string; line: number } | null }[] };
  const lines = errors.slice(0, 5).map(({ text, location }) => (location ? `${location.file}:${location.line}: ${text}` : text));
  return lines.join('; ') || (error instanceof Error ? error.message : String(error));
}
