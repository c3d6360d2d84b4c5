import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { INSTALL_FOLDER } from './places.mjs';

const LOCK = join(INSTALL_FOLDER, 'lock');

/** Runs `action` in one process at a time. The lock of a process that no longer exists is taken over. */
export async function withLock({ onWait }, action) {
  mkdirSync(INSTALL_FOLDER, { recursive: true });
  let reported = false;
  while (!tryToLock()) {
    const owner = readOwner();
    if (owner === undefined) continue;
    if (!owner.alive) {
      takeOver(owner.pid);
      continue;
    }
    if (!reported) onWait(owner.pid);
    reported = true;
    await setTimeout(200);
  }
  try {
    return await action();
  } finally {
    rmSync(LOCK, { force: true });
  }
}

/** A link appears with its content: nobody reads a lock without its owner. */
function tryToLock() {
  const own = `${LOCK}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, LOCK);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

function readOwner() {
  try {
    const pid = Number(readFileSync(LOCK, 'utf8'));
    // A lock from before the machine started is nobody's, whatever process has that number now.
    return { pid, alive: isAlive(pid) && statSync(LOCK).mtimeMs > Date.now() - uptime() * 1000 };
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Two processes may find the same dead owner: the one that is slower must not remove the lock of the faster one. */
function takeOver(deadPid) {
  const moved = `${LOCK}.${process.pid}.stale`;
  try {
    renameSync(LOCK, moved);
    if (Number(readFileSync(moved, 'utf8')) !== deadPid) linkSync(moved, LOCK);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(moved, { force: true });
  }
}
