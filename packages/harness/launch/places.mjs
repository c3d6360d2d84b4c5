import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Everything an installation needs beside node_modules: the store, caches, the lock and the stamp. `storeDir` of pnpm-workspace.yaml is in it. */
export const INSTALL_FOLDER = join(ROOT, '.install');
