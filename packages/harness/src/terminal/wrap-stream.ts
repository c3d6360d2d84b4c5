import stringWidth from 'fast-string-width';
import { breakName } from './wrap.ts';

export interface WrapStreamOptions {
  /** `undefined`: nothing is wrapped. */
  columns: number | undefined;
  /** Before each further line. What is already on the first line is as wide. */
  indent: string;
  write: (text: string) => void;
}

/** Wraps a text at spaces while it arrives in pieces. A word is written when it is complete. */
export interface WrapStream {
  push(piece: string): void;
  end(): void;
}

export function wrapStream({ columns, indent, write }: WrapStreamOptions): WrapStream {
  if (columns === undefined) return { push: (piece) => write(piece.replaceAll('\n', `\n${indent}`)), end: () => undefined };
  let column = indent.length;
  let waiting = '';
  const writeWord = (space: string, word: string) => {
    const [first = '', ...rest] = breakName(word, columns - indent.length).split('\n');
    const width = stringWidth(space + first);
    const fits = column === indent.length || column + width <= columns;
    write([fits ? space + first : `\n${indent}${first}`, ...rest.map((line) => `\n${indent}${line}`)].join(''));
    column = rest.length > 0 || !fits ? indent.length + stringWidth(rest.at(-1) ?? first) : column + width;
  };
  const writeAll = (text: string) => {
    for (const [token, space = '', word = ''] of text.matchAll(/( *)([^ \n]+)|\n/g)) {
      if (token !== '\n') writeWord(space, word);
      else {
        write(`\n${indent}`);
        column = indent.length;
      }
    }
  };
  return {
    push(piece) {
      const [, complete = '', rest = ''] = /^([^]*?)( *[^ \n]*)$/.exec(waiting + piece) ?? [];
      waiting = rest;
      writeAll(complete);
    },
    end: () => writeAll(waiting),
  };
}
