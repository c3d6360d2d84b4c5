/** What differs from run to run: times, ids, digests, sizes. It is compared as if it were always the same. */
const CHANGING: readonly [RegExp, string][] = [
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, 'TIME'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, 'UUID'],
  [/\b[0-9a-f]{64}\b/g, 'SHA256'],
  [/\b1[78]\d{8}\b/g, 'EPOCH'],
  [/\b[0-9a-f]{32}\b/g, 'HEX32'],
  [/(?<=[_-])[0-9a-f]{6}-[A-Za-z0-9]{10}\b/g, 'RUN-SUFFIX'],
  [/(?<=[_-])[0-9a-f]{6}\b/g, 'RUN'],
  [/(?<=[_-]RUN)-[0-9a-f]{8}-[A-Za-z0-9]{6}\b/g, '-SECRET'],
  [/\b\d+(?:\.\d+)? (?:ms|s|KB|MB)\b/g, 'N'],
  [/\b\d+(?= source files)/g, 'N'],
  [/\b0\.0\.0\.0\b/g, '127.0.0.1'],
  [/(?<=(?:127\.0\.0\.1|localhost):)\d+/g, 'PORT'],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, 'JWT'],
];

const normalize = (line: string) => CHANGING.reduce((text, [pattern, stand]) => text.replaceAll(pattern, stand), line.trimEnd());

/**
 * Whether an output is what a README says. A line `...` in the README stands for any number of lines, and `...` within one for any text.
 * Answers the first expected line that is not there, or `undefined`.
 */
export function findDifference(expected: readonly string[], output: string): { expected: string; instead: string } | undefined {
  const actual = trimBlank(output.split('\n').map(normalize));
  const wanted = trimBlank(expected.map(normalize));
  let at = 0;
  let maySkip = false;
  for (const line of wanted) {
    if (line.trim() === '...') {
      maySkip = true;
      continue;
    }
    const matches = matcherOf(line);
    const found = maySkip ? actual.findIndex((text, index) => index >= at && matches(text)) : at;
    if (found === -1 || found >= actual.length || !matches(actual[found]!))
      return { expected: line, instead: actual.slice(at, at + 5).join('\n') };
    at = found + 1;
    maySkip = false;
  }
  return maySkip || at === actual.length ? undefined : { expected: '(the end)', instead: actual.slice(at, at + 5).join('\n') };
}

function matcherOf(line: string): (text: string) => boolean {
  if (!line.includes('...')) return (text) => text === line;
  const pattern = new RegExp(`^${line.split('...').map(escape).join('.*')}$`);
  return (text) => pattern.test(text);
}

const escape = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

function trimBlank(lines: readonly string[]): string[] {
  const first = lines.findIndex(Boolean);
  const last = lines.findLastIndex(Boolean);
  return first === -1 ? [] : lines.slice(first, last + 1);
}
