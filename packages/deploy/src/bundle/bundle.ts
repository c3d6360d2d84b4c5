import { readdirSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';
import { DeployError } from '../errors.ts';
import { orAborted } from '../util/or-aborted.ts';
import { decisivePaths } from './decisive-paths.ts';
import { inlineCreatedRequires, readInstead } from './inline-created-requires.ts';
import { startsItself } from './starts-itself.ts';

export interface Bundle {
  /** One ES module that needs nothing beside it. */
  bytes: Uint8Array;
  /** The files that went into it. */
  files: string[];
  /** Whatever decides what is in it, these files included: as long as nothing changes there, bundling gives the same bytes. */
  paths: string[];
}

/**
 * esbuild writes ES modules, which have no `require`, `__filename` and `__dirname`; CommonJS in the bundle uses all three. The last two get names of
 * their own, so that a module that declares them itself keeps what it declares. They are those of the bundle: the files that went into it are not there.
 */
const banner = [
  'import{createRequire as __agentRequire}from"node:module";',
  'const require=__agentRequire(import.meta.url),__agentFilename=import.meta.filename,__agentDirname=import.meta.dirname;',
].join('');
const commonjsNames = { __filename: '__agentFilename', __dirname: '__agentDirname' };

/**
 * Bundles an agent into one file for Node 22. The result depends on the sources alone: no paths, no time.
 * @throws {DeployError} `ENTRY_NOT_FOUND`, `BUNDLE_FAILED` (with esbuild's own findings, file and line); the signal's reason as soon as it aborts.
 */
export function bundleAgent(entry: URL | string, signal?: AbortSignal): Promise<Bundle> {
  // A source on a drive that does not answer cannot be given up by esbuild either.
  return orAborted(bundle(entry, signal), signal);
}

export const pathOfEntry = (entry: URL | string): string =>
  resolve(entry instanceof URL || entry.startsWith('file:') ? fileURLToPath(entry) : entry);

async function bundle(entry: URL | string, signal?: AbortSignal): Promise<Bundle> {
  const path = pathOfEntry(entry);
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) {
    throw new DeployError(
      'ENTRY_NOT_FOUND',
      `There is no file ${path}. Pass the file that starts the agent, e.g. new URL('./agent.ts', import.meta.url).`,
    );
  }
  const { context } = await import('esbuild');
  const directory = dirname(path);
  const bundleWith = async (plugins: Plugin[]) => {
    signal?.throwIfAborted();
    const building = await context({
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
      define: commonjsNames,
      logLevel: 'silent',
    });
    const cancel = (): void => void building.cancel().catch(() => undefined);
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      return await building.rebuild();
    } finally {
      signal?.removeEventListener('abort', cancel);
      await building.dispose();
    }
  };
  try {
    const sources = new Map<string, string>();
    const main = await startsItself(path);
    if (main !== undefined) sources.set(await realpath(path), main);
    let result = await bundleWith(main === undefined ? [] : [readInstead(sources)]);
    // What is bundled for the first time by that can have such calls itself.
    for (let found = await inlineCreatedRequires(directory, result.metafile, sources); found.size > 0;) {
      for (const [file, source] of found) sources.set(file, source);
      result = await bundleWith([readInstead(sources)]);
      found = await inlineCreatedRequires(directory, result.metafile, sources);
    }
    const { outputFiles, metafile } = result;
    return {
      bytes: (outputFiles[0] as { contents: Uint8Array }).contents,
      files: Object.keys(metafile.inputs).map((file) => resolve(directory, file)),
      paths: [...decisivePaths(directory, metafile), ...bundlerPaths()],
    };
  } catch (error) {
    throw new DeployError('BUNDLE_FAILED', `The agent cannot be bundled: ${findings(error)}`, { cause: error });
  }
}

/** Another bundler makes another bundle of the same files. */
const bundlerPaths = (): string[] => [
  ...readdirSync(import.meta.dirname).map((name) => join(import.meta.dirname, name)),
  createRequire(import.meta.url).resolve('esbuild'),
];

function findings(error: unknown): string {
  const { errors = [] } = error as { errors?: { text: string; location: { file: string; line: number } | null }[] };
  const lines = errors.slice(0, 5).map(({ text, location }) => (location ? `${location.file}:${location.line}: ${text}` : text));
  return lines.join('; ') || (error instanceof Error ? error.message : String(error));
}
