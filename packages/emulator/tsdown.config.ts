import { defineConfig } from 'tsdown';
import { base } from '../../tsdown.base.ts';

export default defineConfig({
  ...base,
  target: 'node24',
  entry: ['src/index.ts', 'src/cli.ts'],
  // Read as files: by their places beside the modules, which are all in one folder once they are built.
  copy: [{ from: 'src/api/*.json', to: 'dist/api' }, 'src/sessions/preload.mjs'],
  // Of the SDK only types are used, and none of them in what is exported: nothing of it belongs into the declarations.
  deps: { neverBundle: [/^@aws-sdk\//, /^@smithy\//] },
  treeshake: { moduleSideEffects: 'no-external' },
});
