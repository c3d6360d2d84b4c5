#!/usr/bin/env node
if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(`agentcore-local needs Node 24 or newer, and runs on ${process.version}. [OLD_NODE]\n`);
  process.exit(2);
}
// What older versions do not know is loaded after that.
const { enableCompileCache } = await import('node:module');

// Nearly half of the start would be compiling: Node keeps the result in the system's temporary directory. Only what is loaded after this gains.
enableCompileCache();
const { runCli } = await import('./cli/run-cli.ts');

// Whoever reads may have enough (`logs | head`), or the terminal is closed: what is still to be done is done unheard.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  });

process.exitCode = await runCli(process.argv.slice(2));
