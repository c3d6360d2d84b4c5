import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { diagnose } from './diagnose.mjs';
import { findLastingNode, findNode } from './find-node.mjs';
import { findPnpm, removePnpm } from './find-pnpm.mjs';
import { hasEverything, readInstalled, removeObsolete, removeStamp, writeStamp } from './installed.mjs';
import { withLock } from './lock.mjs';
import { INSTALL_FOLDER, ROOT } from './places.mjs';
import { createProgress } from './progress.mjs';
import { run } from './run.mjs';

/**
 * Installs what the lessons need, or everything, and reports it in one line.
 *
 * @returns {Promise<number>} the exit status
 */
export async function install({ everything, withNode, message }) {
  let output = '';
  try {
    return await withLock({ onWait: (pid) => process.stderr.write(`${message('waiting', { pid })}\n`) }, async () => {
      // Another terminal may have completed it while this one waited.
      if (readInstalled({ withNode, everything })) return 0;
      const progress = createProgress({ message, stream: process.stderr, env: process.env });
      const keep = (text) => (output += text);
      try {
        const ended = await installWith({ everything: everything || hasEverything(), withNode, progress, keep });
        if (ended.status === 0) {
          progress.done();
          return 0;
        }
        progress.stop();
        if (ended.interrupted) process.stderr.write(`${message('interrupted')}\n`);
        else report(undefined, output, message);
        // What pnpm makes of Ctrl-C is its own.
        return ended.interrupted ? 130 : ended.status;
      } catch (error) {
        progress.stop();
        throw error;
      }
    });
  } catch (error) {
    report(error, output, message);
    return 1;
  }
}

async function installWith({ everything, withNode, progress, keep }) {
  const node = findLastingNode();
  removeStamp();
  removeObsolete({ lacksNode: withNode && findNode() === undefined });
  const found = await findPnpm(node, keep);
  if (found.status !== 0) return found;
  const which = everything ? [] : ['--prod', '--filter', './tutorials/*', '--filter', './packages/*'];
  // See .pnpmfile.mjs: with this version, pnpm skips the packages that bring Node.
  if (!everything) which.push(...(withNode ? ['--filter', 'agentcore-tutorials'] : ['--config.node-version=24.0.0']));
  mkdirSync(INSTALL_FOLDER, { recursive: true });
  const ended = await run(
    node,
    [
      found.pnpm,
      'install',
      ...which,
      '--frozen-lockfile',
      '--reporter=ndjson',
      '--config.confirm-modules-purge=false',
      // The age of a release matters when the lockfile changes. Here it pins every package by hash, and asking would download 150 MB of metadata.
      '--config.minimum-release-age=0',
    ],
    {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, XDG_CACHE_HOME: join(INSTALL_FOLDER, 'cache'), XDG_STATE_HOME: join(INSTALL_FOLDER, 'state') },
    },
    (text) => {
      keep(text);
      progress.read(text);
    },
  );
  if (ended.status === 0) {
    removePnpm();
    writeStamp({ withNode: withNode || everything, everything });
  }
  return ended;
}

/** @param {NodeJS.ErrnoException} [error] what kept npm and pnpm from running; without it they have printed why they failed */
function report(error, output, message) {
  const { id, values } = diagnose(error, output);
  process.stderr.write(`${[readable(output), error?.message].filter(Boolean).join('\n')}\n\n${message(id, values)}\n`);
}

/** What pnpm and npm print to be read, without the events of the progress. */
function readable(output) {
  return output
    .split('\n')
    .flatMap((line) => {
      if (!line.startsWith('{')) return line.trim() === '' ? [] : [line];
      const { level, message: text, err, hint } = parse(line);
      return level === 'error' || level === 'warn' ? [err?.message ?? text, hint].filter(Boolean) : [];
    })
    .join('\n');
}

function parse(line) {
  try {
    return JSON.parse(line);
  } catch {
    return { level: 'error', message: line };
  }
}
