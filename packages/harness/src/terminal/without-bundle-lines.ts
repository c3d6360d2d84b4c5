/** The excerpt that Node prints of the place of an error: its file, the line, and a caret. */
const EXCERPT = /^file:\/\/\/\S+\.[cm]?js:\d+\n[^\n]*\n *\^+\n+/gm;

/** Calls within a bundle, where names and positions mean nothing. */
const FRAMES = /(?:^ +at [^\n]*(?:\.mjs:\d+:\d+|node:internal\/[^\n]*)\)?\n?)+/gm;

/** An agent is one minified file: its lines of code in an error tell nothing. The message stays; `…` marks what was left out. */
export function withoutBundleLines(text: string): string {
  return text.replaceAll(EXCERPT, '').replaceAll(FRAMES, '    …\n').trimEnd();
}
