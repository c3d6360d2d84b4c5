#!/usr/bin/env node
import { runCli } from './program/run-cli.ts';

process.exitCode = await runCli(process.argv.slice(2), { cwd: process.cwd(), env: process.env });
