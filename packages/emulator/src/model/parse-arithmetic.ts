export interface Token {
  kind: 'number' | 'name' | 'sign' | 'other';
  text: string;
  /** White space follows. */
  spaced: boolean;
}

export interface Parsed {
  expression: string;
  value: number;
  /** Index of the first token that is no part of it. */
  end: number;
  operations: number;
}

const MAX_DEPTH = 50;

const FUNCTIONS: Record<string, (value: number) => number> = {
  sqrt: Math.sqrt,
  abs: Math.abs,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  ln: Math.log,
  log: Math.log10,
  exp: Math.exp,
};

const LEVELS: readonly Record<string, (left: number, right: number) => number>[] = [
  { '+': (left, right) => left + right, '-': (left, right) => left - right },
  {
    '*': (left, right) => left * right,
    '/': (left, right) => left / right,
    '%': (left, right) => left % right,
  },
];

/**
 * The longest expression that starts at a token, or nothing. An operator without a right side ends the expression before it, so that
 * "2 + 2 - please" is 2 + 2.
 */
export function parseArithmetic(tokens: readonly Token[], start: number): Parsed | undefined {
  return chain(tokens, start, 0, 0);
}

function chain(tokens: readonly Token[], start: number, level: number, depth: number): Parsed | undefined {
  const operators = LEVELS[level];
  if (!operators) return signed(tokens, start, depth);
  let left = chain(tokens, start, level + 1, depth);
  while (left) {
    const sign = tokens[left.end];
    const operator = sign && (sign.kind === 'sign' || sign.kind === 'name') ? operators[sign.text] : undefined;
    if (!sign || !operator) break;
    const right = chain(tokens, left.end + 1, level + 1, depth);
    if (!right) break;
    left = join(left, sign.text, right, operator(left.value, right.value));
  }
  return left;
}

function join(left: Parsed, sign: string, right: Parsed, value: number): Parsed {
  return {
    expression: `${left.expression} ${sign} ${right.expression}`,
    value,
    end: right.end,
    operations: left.operations + right.operations + 1,
  };
}

/** `-2 ^ 2` is -(2 ^ 2), and `2 ^ 3 ^ 2` is 2 ^ (3 ^ 2), as mathematics has it. */
function signed(tokens: readonly Token[], start: number, depth: number): Parsed | undefined {
  if (depth > MAX_DEPTH) return undefined;
  if (isSign(tokens[start], '-')) {
    const inner = signed(tokens, start + 1, depth + 1);
    return inner && { ...inner, expression: `-${inner.expression}`, value: -inner.value };
  }
  const base = primary(tokens, start, depth);
  if (!base || !isSign(tokens[base.end], '^')) return base;
  const exponent = signed(tokens, base.end + 1, depth + 1);
  return exponent ? join(base, '^', exponent, base.value ** exponent.value) : base;
}

function primary(tokens: readonly Token[], start: number, depth: number): Parsed | undefined {
  const token = tokens[start];
  if (token?.kind === 'number') {
    return { expression: token.text, value: Number(token.text), end: start + 1, operations: 0 };
  }
  if (isSign(token, '(')) {
    const inner = depth < MAX_DEPTH ? chain(tokens, start + 1, 0, depth + 1) : undefined;
    return inner && isSign(tokens[inner.end], ')') ? { ...inner, expression: `(${inner.expression})`, end: inner.end + 1 } : undefined;
  }
  const apply = token?.kind === 'name' && Object.hasOwn(FUNCTIONS, token.text) ? FUNCTIONS[token.text] : undefined;
  if (!token || !apply) return undefined;
  const argument = primary(tokens, start + 1, depth + 1);
  if (!argument) return undefined;
  const inside = argument.expression.startsWith('(') ? argument.expression : `(${argument.expression})`;
  return { expression: `${token.text}${inside}`, value: apply(argument.value), end: argument.end, operations: argument.operations + 1 };
}

function isSign(token: Token | undefined, text: string): boolean {
  return token?.kind === 'sign' && token.text === text;
}
