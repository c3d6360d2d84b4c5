import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { resolve } from 'node:path';
import type { Loader, Metafile, Plugin } from 'esbuild';

const DECLARATION = /\b(?:const|let|var)\s+([\w$]+)\s*=\s*createRequire\(\s*import\.meta\.url\s*\)/;
const OWN_NAME = '__createdRequire';

/**
 * ES modules that load CommonJS packages through `createRequire(import.meta.url)`, as the official AgentCore SDK does with Fastify's plugins:
 * a bundler leaves such a call as it is, and in an image that holds one file and no node_modules it finds nothing. Answers, by file, the same
 * source with the calls that name a package as plain `require`, which is bundled. Files that need nothing (any more) are not in it.
 */
export async function inlineCreatedRequires(
  directory: string,
  { inputs }: Metafile,
  sources: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const rewritten = new Map<string, string>();
  for (const [name, { imports }] of Object.entries(inputs)) {
    if (!imports.some(({ path }) => path === 'module' || path === 'node:module')) continue;
    const file = resolve(directory, name);
    const source = sources.get(file) ?? (await readFile(file, 'utf8'));
    const result = rewrite(source);
    if (result !== undefined) rewritten.set(file, result);
  }
  return rewritten;
}

/** Lets esbuild read these sources in place of what is in the files. */
export function readInstead(sources: ReadonlyMap<string, string>): Plugin {
  return {
    name: 'read-instead',
    setup({ onLoad }) {
      onLoad({ filter: /\.[cm]?[jt]sx?$/ }, ({ path }) => {
        const contents = sources.get(path);
        return contents === undefined ? undefined : { contents, loader: loaderOf(path) };
      });
    },
  };
}

function rewrite(source: string): string | undefined {
  const name = DECLARATION.exec(source)?.[1];
  if (name === undefined) return undefined;
  const identifier = `(?<![\\w$.'"])${name.replaceAll('$', '\\$')}`;
  const literalCall = new RegExp(`${identifier}\\(\\s*(['"])([^'"\\n]+)\\1\\s*\\)`, 'g');
  if (![...source.matchAll(literalCall)].some(([, , wanted = '']) => !isBuiltin(wanted))) return undefined;
  return source
    .replace(DECLARATION, (declaration) => declaration.replace(/\s[\w$]+/, ` ${OWN_NAME}`))
    .replaceAll(literalCall, 'require($1$2$1)')
    .replaceAll(new RegExp(`${identifier}(?=\\.|\\(\\s*[^'"\\s])`, 'g'), (use) =>
      use === 'require' && name !== 'require' ? use : OWN_NAME,
    );
}

function loaderOf(path: string): Loader {
  if (/\.[cm]?ts$/.test(path)) return 'ts';
  if (/\.[jt]sx$/.test(path)) return path.endsWith('tsx') ? 'tsx' : 'jsx';
  return 'js';
}
