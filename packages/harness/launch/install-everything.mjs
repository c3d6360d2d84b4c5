// `npm run ci:install`: what contributors and CI need beside what the lessons need.
import process from 'node:process';
import { isMachinesNodeNew } from './find-node.mjs';
import { install } from './install.mjs';
import { readInstalled } from './installed.mjs';
import { createMessages } from './messages.mjs';

const withNode = !isMachinesNodeNew();
if (!readInstalled({ withNode, everything: true }))
  process.exitCode = await install({ everything: true, withNode, message: createMessages(process.argv.slice(2), process.env) });
