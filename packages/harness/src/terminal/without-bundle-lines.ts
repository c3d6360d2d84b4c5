/** The excerpt that Node prints of the place of an error, up to the error itself. A service may have cut it. */
const EXCERPT = /^file:\/\/\/\S+\.[cm]?js:\d+\n[^]*?(?=^\w*Error\b)/gm;

/** Calls within a bundle, where names and positions mean nothing. */
const FRAMES = /(?:^ +at [^\n]*(?:\.mjs:\d+:\d+|node:internal\/[^\n]*)\)?\n?)+/gm;

/** An agent is one minified file: its lines of code in an error tell nothing. The message stays; `…` marks what was left out. */
export function withoutBundleLines(text: string): string {
  return text.replaceAll(EXCERPT, '').replaceAll(FRAMES, '    …\n').trimEnd();
}
