/** The excerpt that Node prints of the place of an error begins with this line, and ends before the error itself. A service may have cut it. */
const EXCERPT = /^file:\/\/\/\S+\.[cm]?js:\d+$/;
const ERROR = /^\w*Error\b/;

/** Calls within a bundle, where names and positions mean nothing. */
const FRAMES = /(?:^ +at [^\n]*(?:\.mjs:\d+:\d+|node:internal\/[^\n]*)\)?\n?)+/gm;

/** An agent is one minified file: its lines of code in an error tell nothing. The message stays; `…` marks what was left out. */
export function withoutBundleLines(text: string): string {
  return withoutExcerpts(text).replaceAll(FRAMES, '    …\n').trimEnd();
}

/** Line by line: an expression that looks for the end of each excerpt would read a long text once for each of its lines. */
function withoutExcerpts(text: string): string {
  const kept: string[] = [];
  let begin: number | undefined;
  for (const line of text.split('\n')) {
    if (begin === undefined && EXCERPT.test(line)) begin = kept.length;
    else if (begin !== undefined && ERROR.test(line)) {
      kept.length = begin;
      begin = undefined;
    }
    kept.push(line);
  }
  return kept.join('\n');
}
