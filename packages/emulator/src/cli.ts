#!/usr/bin/env node
import { unsupportedNode } from './unsupported-node.ts';

const problem = unsupportedNode();
if (problem !== undefined) {
  process.stderr.write(`agentcore-local: ${problem} [OLD_NODE]\n`);
  process.exit(2);
}
// Older versions of Node cannot load what follows.
const { enableCompileCache } = await import('node:module');

// Compiling would take nearly half of the start: Node caches the result in the system's temporary directory, for modules that are loaded after this.
enableCompileCache();
const { runCli } = await import('./cli/run-cli.ts');

// The reader may have stopped (`logs | head`), or the terminal was closed: finish the work without output.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  });

process.exitCode = await runCli(process.argv.slice(2));
