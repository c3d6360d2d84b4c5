/** Where a statement begins and ends in the text of its policy. Lines and columns count from 1. */
export interface StatementPosition {
  start: Place;
  /** Just behind its last character. The start is recorded of a first statement only. */
  end: Place;
}

interface Place {
  line: number;
  column: number;
}

const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** The places of all statements, in their order, of a policy that compiles. */
export function statementPositions(text: string): StatementPosition[] {
  const positions: StatementPosition[] = [];
  let depth = 0;
  let name: string | undefined;
  let begin: { index: number; depth: number } | undefined;
  // AWS answers where its parser stands when it comes to a statement: behind the bracket that opens them all, or behind the one before.
  let parserAt = 0;
  for (const { 0: token, index } of text.matchAll(TOKENS)) {
    if (token === '{' || token === '[') {
      depth += 1;
      if (depth === 2 && name === 'Statement') parserAt = index + 1;
      if (token === '{' && depth > 1 && name === 'Statement') begin ??= { index: parserAt, depth };
    } else if (token === '}' || token === ']') {
      if (begin?.depth === depth) {
        positions.push({ start: placeOf(text, begin.index), end: placeOf(text, index + 1) });
        parserAt = index + 1;
        begin = undefined;
      }
      depth -= 1;
    } else if (depth === 1 && token === ',') {
      name = undefined;
    } else if (depth === 1 && token.startsWith('"')) {
      // A name comes before its value.
      name ??= JSON.parse(token) as string;
    }
  }
  return positions;
}

function placeOf(text: string, index: number): Place {
  const lines = text.slice(0, index).split('\n');
  return { line: lines.length, column: lines.at(-1)!.length + 1 };
}
