/**
 * The value of an arithmetic expression: numbers, + - * / % ^, parentheses and sqrt().
 * A parser of its own, because a model writes the expression: what a model writes is never given to `eval`.
 */
export function calculate(expression: string): number {
  const tokens = expression.match(/\d+(?:\.\d+)?|sqrt|[-+*/%^()]|\S/g) ?? [];
  let position = 0;
  const value = sum();
  if (position < tokens.length) throw new SyntaxError(`unexpected '${tokens[position]}' in ${expression}`);
  return value;

  function sum(): number {
    let left = product();
    while (tokens[position] === '+' || tokens[position] === '-') left = tokens[position++] === '+' ? left + product() : left - product();
    return left;
  }

  function product(): number {
    let left = power();
    for (;;) {
      const operator = tokens[position];
      if (operator !== '*' && operator !== '/' && operator !== '%') return left;
      position++;
      const right = power();
      if (right === 0 && operator !== '*') throw new RangeError(`a division by zero in ${expression}`);
      left = operator === '*' ? left * right : operator === '/' ? left / right : left % right;
    }
  }

  function power(): number {
    if (accept('-')) return -power();
    const base = atom();
    return accept('^') ? base ** power() : base;
  }

  function atom(): number {
    if (accept('sqrt')) return Math.sqrt(atom());
    if (accept('(')) {
      const inner = sum();
      if (!accept(')')) throw new SyntaxError(`a ')' is missing in ${expression}`);
      return inner;
    }
    const token = tokens[position++];
    if (token === undefined || !/^\d/.test(token)) throw new SyntaxError(`a number is missing in ${expression}`);
    return Number(token);
  }

  function accept(token: string): boolean {
    if (tokens[position] !== token) return false;
    position++;
    return true;
  }
}
