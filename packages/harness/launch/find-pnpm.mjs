import { existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import process from 'node:process';
import { INSTALL_FOLDER, ROOT } from './places.mjs';
import { run } from './run.mjs';

const FOLDER = join(INSTALL_FOLDER, 'pnpm');
const ENTRY = 'node_modules/pnpm/bin/pnpm.mjs';

/**
 * The pnpm of a contributor's installation, or else one that npm downloads into the clone.
 *
 * @param {string} node that runs npm
 * @returns {Promise<{ status: number, interrupted: boolean, pnpm: string }>} status and interrupted are those of npm
 */
export async function findPnpm(node, onOutput) {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).devEngines.packageManager;
  for (const folder of [ROOT, FOLDER])
    if (versionIn(folder) === version) return { status: 0, interrupted: false, pnpm: join(folder, ENTRY) };
  const [npm, ...first] = findNpm(node);
  const ended = await run(
    npm,
    [
      ...first,
      'install',
      `--prefix=${FOLDER}`,
      `--cache=${join(FOLDER, 'cache')}`,
      '--ignore-scripts',
      '--no-save',
      '--no-package-lock',
      '--no-audit',
      '--no-fund',
      '--no-update-notifier',
      `pnpm@${version}`,
    ],
    // Another folder than the root, whose manifest npm could not read.
    { cwd: INSTALL_FOLDER, stdio: ['ignore', 'pipe', 'pipe'], shell: first.length === 0 && process.platform === 'win32' },
    onOutput,
  );
  return { ...ended, pnpm: join(FOLDER, ENTRY) };
}

/** It is large, and needed again only when the lockfile changes. */
export function removePnpm() {
  rmSync(FOLDER, { recursive: true, force: true });
}

function versionIn(folder) {
  const manifest = join(folder, 'node_modules/pnpm/package.json');
  return existsSync(manifest) && existsSync(join(folder, ENTRY)) ? JSON.parse(readFileSync(manifest, 'utf8')).version : undefined;
}

/** The npm that started this, or the one on PATH. */
function findNpm(node) {
  const { npm_execpath: path = '' } = process.env;
  return basename(path) === 'npm-cli.js' ? [node, path] : ['npm'];
}
