#!/usr/bin/env node
import { runTutorials } from './run-tutorials.ts';

process.exitCode = await runTutorials(process.argv.slice(2));
