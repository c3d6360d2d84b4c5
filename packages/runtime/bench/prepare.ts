import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const run = promisify(execFile);
const official = 'bedrock-agentcore@0.4.4';

export interface Prepared {
  bare: string;
  ours: string;
  peer: string;
  /** Module URL of this package, bundled, and of the official one, where it could be installed. */
  oursModule: string;
  peerModule: string | undefined;
}

/** Bundles the servers as a deployment would be, and installs the official package beside them. */
export async function prepare(directory?: string): Promise<Prepared> {
  const folder = directory ?? (await mkdtemp(join(tmpdir(), 'runtime-bench-')));
  await build({
    entryPoints: {
      bare: source('./servers/bare.ts'),
      ours: source('./servers/ours.ts'),
      official: source('./servers/official.ts'),
      module: source('../src/index.ts'),
    },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    minify: true,
    keepNames: true,
    banner: { js: 'import{createRequire as __cr}from"node:module";const require=__cr(import.meta.url);' },
    logLevel: 'error',
  });
  const peerModule = await installOfficial().catch((error: unknown) => {
    console.error(
      `The official package could not be installed, so its column is empty: ${error instanceof Error ? error.message : String(error)}`,
    );
    return undefined;
  });
  const at = (name: string): string => join(folder, `${name}.mjs`);
  return { bare: at('bare'), ours: at('ours'), peer: at('official'), oursModule: pathToFileURL(at('module')).href, peerModule };
}

const source = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Installs the official package into a folder of the machine's temporary directory, once: 120 packages that no other part of the project needs. */
export async function installOfficial(): Promise<string> {
  const folder = join(tmpdir(), official.replace('@', '-'));
  const entry = join(folder, 'node_modules/bedrock-agentcore/dist/src/runtime/index.js');
  if (!existsSync(entry)) {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), '{"private":true}');
    await run('npm', ['install', '--no-audit', '--no-fund', official], { cwd: folder, timeout: 300_000 });
  }
  return pathToFileURL(entry).href;
}
