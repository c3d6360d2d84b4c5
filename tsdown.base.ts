import type { UserConfig } from 'tsdown';

/** How every published package is built: ESM for Node, one file per entry, declarations beside it. */
export const base: UserConfig = {
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // Only what is published: with the root's, the compiler would load every test to write the declarations.
  dts: { tsconfig: 'tsconfig.build.json' },
  clean: true,
  sourcemap: false,
};
