/**
 * Whether the whole of `value` matches a pattern of AWS's models. A pattern that backtracks for hours on a long value that nearly matches has an
 * equal here that takes one pass: such a value would stop the emulator for everybody. matches-pattern.test.ts looks for more of them.
 */
export function matchesPattern(pattern: string, value: string): boolean {
  return pattern === USER_TOKEN ? isThreeParts(value) : fullMatch(pattern).test(value);
}

/** The pattern of a user's JWT. Its dots are not escaped, so each of them matches anything: three runs, with any one character between two of them. */
const USER_TOKEN = '[A-Za-z0-9-_=]+.[A-Za-z0-9-_=]+.[A-Za-z0-9-_=]+';
const NO_TOKEN_CHARACTER = /[^A-Za-z0-9\-_=]/u;
const LINE_END = /[\n\r\u2028\u2029]/u;

function isThreeParts(value: string): boolean {
  const characters = [...value];
  const last = characters.length - 1;
  const others = characters.flatMap((character, index) => (NO_TOKEN_CHARACTER.test(character) ? [index] : []));
  if (last < 4 || others.length > 2 || LINE_END.test(value)) return false;
  const [first, second] = others;
  if (first === undefined) return true;
  if (first === 0 || first === last) return false;
  // With one such character the other separator is any of the rest that leaves no run empty.
  if (second === undefined) return first >= 3 || first <= last - 3;
  return second - first >= 2 && second !== last;
}

const compiled = new Map<string, RegExp>();

/** AWS's patterns match the whole value. A few of them are not valid with the `u` flag; those are taken without it. */
function fullMatch(pattern: string): RegExp {
  let expression = compiled.get(pattern);
  if (!expression) {
    try {
      expression = new RegExp(`^(?:${pattern})$`, 'u');
    } catch {
      expression = new RegExp(`^(?:${pattern})$`);
    }
    compiled.set(pattern, expression);
  }
  return expression;
}
