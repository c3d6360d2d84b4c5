import { readFileSync } from 'node:fs';

const NAMES = [
  'buffer-util',
  'constants',
  'event-target',
  'extension',
  'limiter',
  'permessage-deflate',
  'receiver',
  'sender',
  'stream',
  'subprotocol',
  'validation',
  'websocket',
  'websocket-server',
];

/** `ws`, in the node_modules of an agent in /app, as a deployed agent would have it. */
export function wsFiles(): Record<string, string> {
  const files = ['package.json', 'index.js', 'wrapper.mjs', ...NAMES.map((name) => `lib/${name}.js`)];
  return Object.fromEntries(
    files.map((name) => [`app/node_modules/ws/${name}`, readFileSync(new URL(`./${name}`, import.meta.resolve('ws')), 'utf8')]),
  );
}
