import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** Keeps what belongs together on one line: it is a space where it is printed. */
export const NO_BREAK_SPACE = '\u00A0';

export interface WrapOptions {
  /** `undefined`: nothing is wrapped. */
  columns: number | undefined;
  /** Before the first line. Further lines are indented by its width. */
  prefix: string;
  /** Further lines are indented by this in place of the width of the prefix. */
  hang?: number;
}

/**
 * Wraps a text at spaces, with a hanging indent. Names that are longer than a line are broken after a slash, links never.
 * Korean characters count as two columns, colours as none.
 */
export function wrap(text: string, { columns, prefix, hang = stringWidth(prefix) }: WrapOptions): string {
  const indent = ' '.repeat(hang);
  const lines = text.split('\n');
  const wrapped =
    columns === undefined
      ? lines.map((line) => line.replaceAll(NO_BREAK_SPACE, ' '))
      : lines.flatMap((line) => wrapLine(line, columns - hang));
  return wrapped.map((line, index) => (index === 0 ? prefix + line : line === '' ? '' : indent + line)).join('\n');
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
function breakName(word: string, width: number): string {
  if (/https?:\/\//.test(word)) return word;
  const lines = [''];
  const parts = word.split(/(?<=\/)/).flatMap((part) => (stringWidth(part) > width ? part.split(/(?<=[@-])/) : [part]));
  for (const part of parts) {
    if (stringWidth((lines.at(-1) ?? '') + part) > width && lines.at(-1) !== '') lines.push('');
    lines.push((lines.pop() ?? '') + part);
  }
  return lines.join('\n');
}
