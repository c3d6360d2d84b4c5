import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { ROOT } from './places.mjs';

const NEEDED = 24;

/** Whether the machine has a Node that runs the tutorials, so that none has to be installed. */
export function isMachinesNodeNew() {
  return isNew() && !isInstalledNode();
}

/** The Node that runs this when it is new enough, or else the installed one, which is not available for every platform. */
export function findNode() {
  if (isNew() && existsSync(process.execPath)) return process.execPath;
  const [platform, name] = process.platform === 'win32' ? ['win', 'node.exe'] : [process.platform, 'node'];
  const installed = join(ROOT, `node_modules/node-${platform}-${process.arch}/bin`, name);
  return existsSync(installed) ? installed : undefined;
}

/** A Node that stays where it is while node_modules is replaced: npm puts the installed one first on PATH, so that it may run this. */
export function findLastingNode() {
  return isInstalledNode() ? (process.env.npm_node_execpath ?? process.execPath) : process.execPath;
}

const isNew = () => Number(process.versions.node.split('.')[0]) >= NEEDED;

const isInstalledNode = () => process.execPath.startsWith(join(ROOT, 'node_modules'));
