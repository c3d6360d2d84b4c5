import { createRequire } from 'node:module';

const OLDEST = 24;
const INSTALL = `Install Node ${OLDEST} or newer from https://nodejs.org, or with a version manager, for example: nvm install ${OLDEST}`;

/**
 * Why the emulator cannot run on this Node, and how to fix that; undefined when it can.
 *
 * An old Node has to be able to load this file, and everything else that index.ts and cli.ts import statically: a static import of `node:sqlite`
 * fails before any code of ours runs.
 */
export function unsupportedNode(): string | undefined {
  const { node } = process.versions;
  if (Number(node.split('.')[0]) < OLDEST) return `The emulator needs Node ${OLDEST} or newer, but this is Node ${node}. ${INSTALL}`;
  try {
    createRequire(import.meta.url)('node:sqlite');
    return undefined;
  } catch {
    return `The emulator needs the module node:sqlite, which this build of Node ${node} does not have. ${INSTALL}`;
  }
}
