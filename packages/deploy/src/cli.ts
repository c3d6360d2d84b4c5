#!/usr/bin/env node
import module from 'node:module';
import { main } from './cli/main.ts';

// Half of a short run is loading the AWS SDK: keep its compiled form, where this Node can (22.8 or later).
module.enableCompileCache?.();

const controller = new AbortController();
// The first Ctrl-C stops at the next await and says what is left; a second one ends the process as usual.
process.once('SIGINT', () => controller.abort(new Error('interrupted')));
process.once('SIGTERM', () => controller.abort(new Error('terminated')));

// Whoever reads may have enough (`logs | head`): what only shows something ends then, and what writes to the account goes on unheard.
const unread = new AbortController();
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (stream === process.stdout) unread.abort();
  });

process.exitCode = await main(process.argv.slice(2), {
  out: process.stdout,
  err: process.stderr,
  signal: controller.signal,
  unread: unread.signal,
});

// At once: a signal that comes while Node ends by itself would end the process as failed although everything was done, and a source that was given up
// because it cannot be read (a drive that does not answer) would keep it for ever. The callback comes when all of it is written, or nobody reads it.
process.stdout.write('', () => process.exit());
