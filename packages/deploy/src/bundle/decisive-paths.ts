import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, dirname, isAbsolute, join, resolve, sep } from 'node:path';
import type { Metafile } from 'esbuild';
import { upwards } from '../util/upwards.ts';
import { lookAt } from './stamp-paths.ts';

const CONFIGURATIONS = ['tsconfig.json', 'jsconfig.json'];

/**
 * Every path whose state decides what bundling gives, whether there is something or not: the files that went in; the directories where a relative
 * import is looked for (what is added there can take precedence); the `node_modules` where a package was looked for, from the importing file
 * upwards to where it is; and each `package.json` and `tsconfig.json` that holds for one of the files, with what that extends.
 */
export function decisivePaths(directory: string, { inputs }: Metafile): string[] {
  const paths = new Set<string>();
  const folders = new Set<string>();
  for (const [name, { imports }] of Object.entries(inputs)) {
    const file = resolve(directory, name);
    const folder = dirname(file);
    paths.add(file);
    folders.add(folder);
    for (const { original, path, external } of imports) {
      // Of what was not found, and is loaded only where it is there, the path is what was written.
      const written = original ?? (external ? path : undefined);
      if (written === undefined || isBuiltin(written) || /^(?:#|data:|https?:)/.test(written)) continue;
      if (isRelative(written)) folders.add(dirname(resolve(folder, written)));
      else addPlacesOf(packageOf(written), folder, paths);
    }
  }
  for (const folder of folders) {
    paths.add(folder);
    addConfigurations(folder, paths);
  }
  return [...paths];
}

const isRelative = (specifier: string): boolean => specifier.startsWith('.') || isAbsolute(specifier);

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** Where a package is looked for, up to where it is found: a nearer one that is installed later would be taken instead. */
function addPlacesOf(name: string, from: string, paths: Set<string>): void {
  for (const folder of upwards(from)) {
    if (basename(folder) === 'node_modules') continue;
    const place = join(folder, 'node_modules', name);
    // From here on upwards it was looked for already.
    if (paths.has(place)) return;
    paths.add(place);
    if (typeof lookAt(place) !== 'string') return;
  }
}

function addConfigurations(from: string, paths: Set<string>): void {
  for (const folder of upwards(from)) {
    const manifest = join(folder, 'package.json');
    if (paths.has(manifest)) return;
    paths.add(manifest);
    // esbuild reads none inside of packages.
    if (!folder.split(sep).includes('node_modules')) for (const name of CONFIGURATIONS) addConfiguration(join(folder, name), paths);
  }
}

function addConfiguration(file: string, paths: Set<string>): void {
  if (paths.has(file)) return;
  paths.add(file);
  for (const base of extendedBy(file)) {
    if (isRelative(base)) addConfiguration(resolve(dirname(file), base.endsWith('.json') ? base : `${base}.json`), paths);
    else addPlacesOf(packageOf(base), dirname(file), paths);
  }
}

/** Without a parser for JSON with comments: a text too many in the answer does no harm. */
function extendedBy(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  const [, value = ''] = /"extends"\s*:\s*(\[[^\]]*\]|"[^"]*")/.exec(text) ?? [];
  return [...value.matchAll(/"([^"]+)"/g)].map(([, base = '']) => base);
}
