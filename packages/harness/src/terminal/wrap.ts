import stringWidth from 'fast-string-width';
import { wrapAnsi } from 'fast-wrap-ansi';

/** Keeps what belongs together on one line: it is a space where it is printed. */
export const NO_BREAK_SPACE = '\u00A0';

export interface WrapOptions {
  /** `undefined`: nothing is wrapped. */
  columns: number | undefined;
  /** Before the first line. Further lines are indented by its width. */
  prefix: string;
  /** Before further lines, in place of that indent. */
  rest?: string;
}

/**
 * Wraps a text at spaces, with a hanging indent. Names that are longer than a line are broken after a slash, links never.
 * Korean characters count as two columns, colours as none.
 */
export function wrap(text: string, { columns, prefix, rest = ' '.repeat(stringWidth(prefix)) }: WrapOptions): string {
  const lines = text.split('\n');
  const width = (columns ?? 0) - stringWidth(rest);
  // The first line has less room where its prefix is wider than the indent.
  const taken = Math.max(0, stringWidth(prefix) - stringWidth(rest));
  const wrapped =
    columns === undefined
      ? lines.map((line) => line.replaceAll(NO_BREAK_SPACE, ' '))
      : lines.map(keepCommands).flatMap((line, index) => (index === 0 ? wrapFirst(line, width, taken) : wrapLine(line, width)));
  return wrapped.map((line, index) => (index === 0 ? prefix + line : line === '' ? '' : rest + line)).join('\n');
}

/** As in `npm start -- hints 03`, `npm start -- 03 --break 1` and `npm start -- 05 --run 1a2b3c --target aws`. */
const COMMAND = /\bnpm start --(?: (?:check|hints|logs)(?= (?:\d\d|NN)\b))?(?: [\w-]+)?(?: --[\w-]+(?: (?:[\da-f]+|aws|openai)\b)?)*/g;

/** A command to type stays on one line. */
function keepCommands(line: string): string {
  return line.replaceAll(COMMAND, (command) => command.replaceAll(' ', NO_BREAK_SPACE));
}

/** Wraps a line that begins `taken` columns further right than the lines after it. */
function wrapFirst(line: string, width: number, taken: number): string[] {
  const [first = '', ...others] = wrapLine('x'.repeat(taken) + line, width);
  return [first.slice(taken), ...others];
}

function wrapLine(line: string, width: number): string[] {
  // Leading spaces belong to the text, as in code and in tables.
  const [lead = ''] = /^ */.exec(line) ?? [];
  const words = line.slice(lead.length).split(' ');
  const breakable = words.map((word) => (stringWidth(word) > width - lead.length ? breakName(word, width - lead.length) : word)).join(' ');
  const wrapped = wrapAnsi(breakable, width - lead.length, { hard: false, trim: true });
  return wrapped.split('\n').map((part) => lead + part.replaceAll(NO_BREAK_SPACE, ' '));
}

/** Breaks a name that is longer than a line after a slash, or where that is not enough after @ or -. A link stays whole: pieces cannot be opened. */
export function breakName(word: string, width: number): string {
  if (/https?:\/\//.test(word)) return word;
  const lines = [''];
  const parts = word.split(/(?<=\/)/).flatMap((part) => (stringWidth(part) > width ? part.split(/(?<=[@-])/) : [part]));
  for (const part of parts) {
    if (stringWidth((lines.at(-1) ?? '') + part) > width && lines.at(-1) !== '') lines.push('');
    lines.push((lines.pop() ?? '') + part);
  }
  return lines.join('\n');
}
