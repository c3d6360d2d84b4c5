// `npm start`, in the root and in every tutorial's folder: installs missing dependencies, then runs the tutorials' command-line interface.
//
// Runs on the Node and npm of the machine (Node 20 or newer) and imports nothing from node_modules. When everything is installed it starts the
// command directly: npm, npx and pnpm together would take about two seconds to come to the same conclusion.
import { join } from 'node:path';
import process from 'node:process';
import { findNode, isMachinesNodeNew } from './launch/find-node.mjs';
import { readInstalled } from './launch/installed.mjs';
import { createMessages } from './launch/messages.mjs';
import { ROOT } from './launch/places.mjs';
import { run } from './launch/run.mjs';

const argv = process.argv.slice(2);
const message = createMessages(argv, process.env);
process.exitCode = await launch();

async function launch() {
  if (process.env.npm_lifecycle_event === 'start') {
    const { commandWithSwallowedOptions } = await import('./launch/swallowed-options.mjs');
    const swallowed = commandWithSwallowedOptions({ argv, env: process.env, cwd: process.cwd() });
    if (swallowed !== undefined) {
      process.stderr.write(`\n${message('swallowedOption', swallowed)}\n`);
      return 2;
    }
  }
  if (argv.includes('uninstall')) {
    const { isUninstall, uninstall } = await import('./launch/uninstall.mjs');
    if (isUninstall(argv)) return uninstall({ argv, message });
  }
  const withNode = !isMachinesNodeNew();
  if (!readInstalled({ withNode })) {
    const { install } = await import('./launch/install.mjs');
    const status = await install({ everything: false, withNode, message });
    if (status !== 0) return status;
  }
  const node = findNode();
  if (node === undefined) {
    process.stderr.write(`${message('oldNode', { version: process.version })}\n`);
    return 2;
  }
  const { status } = await run(node, [join(ROOT, 'packages/harness/src/cli.ts'), ...argv], {
    stdio: 'inherit',
    // V8 keeps compiled code from run to run.
    env: { NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/node-compile'), ...process.env, ...withoutProxy() },
  });
  return status;
}

/** Proxies are for the network, never for the emulator on loopback. Node reads this once, when it starts. */
function withoutProxy() {
  const own = process.env.NO_PROXY ?? process.env.no_proxy ?? '';
  const value = [...own.split(',').filter(Boolean), '127.0.0.1', 'localhost'].join(',');
  return { NO_PROXY: value, no_proxy: value };
}
