#!/usr/bin/env node
import { main } from './cli/main.ts';

const controller = new AbortController();
// The first Ctrl-C stops at the next await and says what is left; a second one ends the process as usual.
process.once('SIGINT', () => controller.abort(new Error('interrupted')));
process.once('SIGTERM', () => controller.abort(new Error('terminated')));

process.exitCode = await main(process.argv.slice(2), { out: process.stdout, err: process.stderr, signal: controller.signal });
