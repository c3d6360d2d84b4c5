#!/usr/bin/env node
import module from 'node:module';
import { main } from './cli/main.ts';

// Half of a short run is loading the AWS SDK: keep its compiled form, where this Node can (22.8 or later).
module.enableCompileCache?.();

const controller = new AbortController();
// The first Ctrl-C stops at the next await and says what is left; a second one ends the process as usual.
process.once('SIGINT', () => controller.abort(new Error('interrupted')));
process.once('SIGTERM', () => controller.abort(new Error('terminated')));

process.exitCode = await main(process.argv.slice(2), { out: process.stdout, err: process.stderr, signal: controller.signal });
