import { Buffer } from 'node:buffer';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { INSTALL_FOLDER, ROOT } from './places.mjs';

const STAMP = join(INSTALL_FOLDER, 'stamp.json');
/** The files that decided what was installed, one after the other. To compare them takes less time than to load a hash function. */
const INPUTS = join(INSTALL_FOLDER, 'inputs');
/** What npm, yarn and bun leave in a node_modules that they have written. */
const FOREIGN = ['.package-lock.json', '.yarn-integrity', '.yarn-state.yml', '.bun'];

/** Whether everything that the lessons need is installed, as the lockfile and the manifests say now. */
export function readInstalled({ withNode = false, everything = false }) {
  const stamp = readJson(STAMP);
  if (
    stamp !== undefined &&
    (stamp.withNode || !withNode) &&
    (stamp.everything || !everything) &&
    existsSync(INPUTS) &&
    readInputs().equals(readFileSync(INPUTS)) &&
    stamp.links.every((path) => isLink(join(ROOT, path)))
  )
    return !hasForeign();
  return isInstalledByContributor();
}

/** Whether a contributor has installed everything here, which `npm start` must not undo. */
export function hasEverything() {
  const { included } = readJson(join(ROOT, 'node_modules/.modules.yaml')) ?? {};
  return included?.devDependencies === true && existsSync(join(ROOT, 'node_modules/vitest'));
}

/** Called after an installation. */
export function writeStamp({ withNode, everything }) {
  mkdirSync(INSTALL_FOLDER, { recursive: true });
  const links = moduleFolders()
    .flatMap(linksIn)
    .filter((path) => isLink(join(ROOT, path)));
  writeFileSync(INPUTS, readInputs());
  writeFileSync(STAMP, JSON.stringify({ withNode, everything, links }));
}

/** Called before one: an installation that is interrupted leaves none behind. */
export function removeStamp() {
  rmSync(STAMP, { force: true });
}

/**
 * Removes what pnpm would keep but should not: a part of what another package manager has installed, and the decision of an earlier installation
 * that no Node is needed. What has been downloaded stays in the store.
 */
export function removeObsolete({ lacksNode }) {
  if (lacksNode || hasForeign()) for (const folder of moduleFolders()) rmSync(join(ROOT, folder), { recursive: true, force: true });
}

function hasForeign() {
  return moduleFolders().some((folder) => FOREIGN.some((name) => existsSync(join(ROOT, folder, name))));
}

/** The node_modules of the root and of every member, relative to the root. */
function moduleFolders() {
  return projects().map((project) => join(project, 'node_modules'));
}

/** The files that decide what is installed, relative to the root. */
export function inputs() {
  return [
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    '.pnpmfile.mjs',
    ...projects()
      .map((project) => join(project, 'package.json'))
      .filter((file) => existsSync(join(ROOT, file))),
  ];
}

/** The root and the members of the workspace, relative to the root. */
function projects() {
  return ['.', ...['packages', 'tutorials'].flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => join(folder, name)))];
}

function readInputs() {
  return Buffer.concat(inputs().flatMap((file) => [Buffer.from(`\0${file}\0`), readFileSync(join(ROOT, file))]));
}

/** `npx pnpm install` writes no stamp, but keeps the lockfile that it has installed and when it did. */
function isInstalledByContributor() {
  try {
    const lockfile = readFileSync(join(ROOT, 'pnpm-lock.yaml'));
    if (!lockfile.equals(readFileSync(join(ROOT, 'node_modules/.pnpm/lock.yaml')))) return false;
    const { lastValidatedTimestamp } = readJson(join(ROOT, 'node_modules/.pnpm-workspace-state-v1.json'));
    return inputs().every((file) => statSync(join(ROOT, file)).mtimeMs <= lastValidatedTimestamp) && !hasForeign();
  } catch {
    return false;
  }
}

function linksIn(folder) {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder))
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => (name.startsWith('@') ? linksIn(join(folder, name)) : [join(folder, name)]));
}

/** A link to something that exists: other package managers put folders where pnpm puts links. */
function isLink(path) {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true && existsSync(path);
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
