import { fileURLToPath } from 'node:url';

/**
 * Child processes of tests run what is published, as users install it: `npm test` has built it just before. A single file of tests, run by hand, takes
 * the sources instead, so that it needs no build.
 */
const isBuilt = process.env['TEST_BUILT'] === '1';

/** The command-line interface of a published package. */
export function cliOf(name: 'deploy' | 'emulator'): string {
  return fileURLToPath(new URL(`../packages/${name}/${isBuilt ? 'dist/cli.mjs' : 'src/cli.ts'}`, import.meta.url));
}

/** Makes a child process that runs this repository's sources take its packages as built. */
export const builtPackages: Readonly<Record<string, string>> = isBuilt ? { NODE_OPTIONS: '--conditions=built' } : {};
