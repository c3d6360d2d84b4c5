#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Nearly half of the start would be compiling: Node keeps the result in the system's temporary directory. Only what is loaded after this gains.
enableCompileCache();
const { runCli } = await import('./cli/run-cli.ts');

process.exitCode = await runCli(process.argv.slice(2));
