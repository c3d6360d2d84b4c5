import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { diagnose } from './diagnose.mjs';
import { findPnpm, removePnpm } from './find-pnpm.mjs';
import { foreignFolders, hasEverything, readInstalled, removeStamp, writeStamp } from './installed.mjs';
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
        if (ended.signal === null) report(new Error('pnpm failed'), output, message);
        else process.stderr.write(`${message('interrupted')}\n`);
        return ended.status;
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
  removeStamp();
  // pnpm would keep what another package manager left beside its own.
  for (const folder of foreignFolders()) rmSync(folder, { recursive: true, force: true });
  const found = await findPnpm(keep);
  if (found.status !== 0) return found;
  const which = everything ? [] : ['--prod', '--filter', './tutorials/*', '--filter', './packages/*'];
  if (!everything && withNode) which.push('--filter', 'agentcore-tutorials');
  mkdirSync(INSTALL_FOLDER, { recursive: true });
  const ended = await run(
    process.execPath,
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

function report(error, output, message) {
  const { id, values, showOutput } = diagnose(error, output);
  process.stderr.write(`${showOutput ? `${readable(output)}\n` : ''}\n${message(id, values)}\n`);
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
