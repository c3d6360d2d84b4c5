import type { UserConfig } from 'tsdown';

/** How every published package is built: ESM for Node, one file per entry, declarations beside it. */
export const base: UserConfig = {
  format: 'esm',
  platform: 'node',
  target: 'node20',
  dts: true,
  clean: true,
  sourcemap: false,
};
