import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { ROOT } from './places.mjs';

const NEEDED = 24;

export function isNodeNew() {
  return Number(process.versions.node.split('.')[0]) >= NEEDED;
}

/** The Node that runs this when it is new enough, or else the installed one, which is not available for every platform. */
export function findNode() {
  if (isNodeNew()) return process.execPath;
  const [platform, name] = process.platform === 'win32' ? ['win', 'node.exe'] : [process.platform, 'node'];
  const installed = join(ROOT, `node_modules/node-${platform}-${process.arch}/bin`, name);
  return existsSync(installed) ? installed : undefined;
}
