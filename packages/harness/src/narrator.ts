import { styleText } from 'node:util';

/** Tells a learner what happens, in a few lines: why, what was made, and what the agent said. */
export interface Narrator {
  heading(text: string): void;
  /** One sentence before something happens. */
  about(text: string): void;
  /** Something that now exists, is changed, or is gone. */
  done(what: string, detail?: string): void;
  /** Something that should hold, and does not, with the reason. */
  failed(claim: string, why: string): void;
  /** Something to look at: an error that was expected, a document. */
  show(text: string): void;
  /** Prints an answer as it arrives, and answers all of it. */
  stream(pieces: AsyncIterable<string>): Promise<string>;
  /** A sentence in the language of the learner, for what has no place in the lines above. */
  translate(text: string): string;
  /** What agents have said so far. */
  readonly output: string;
}

/** `translate` gets every sentence; what is shown, and what an agent says, stays as it is. */
export function createNarrator(
  out: NodeJS.WritableStream & { isTTY?: boolean },
  translate: (text: string) => string = (text) => text,
): Narrator {
  const style = (format: Parameters<typeof styleText>[0], text: string) =>
    out.isTTY && !process.env['NO_COLOR'] ? styleText(format, text, { validateStream: false }) : text;
  const line = (text: string) => out.write(`${text}\n`);
  const answers: string[] = [];
  return {
    heading(text) {
      // The number of a step is the same in every language.
      const [, number = '', title = ''] = /^(\d\d )?(.*)$/s.exec(text) ?? [];
      line(`\n${style('bold', number + translate(title))}`);
    },
    about: (text) => void line(`  ${translate(text)}`),
    done: (what, detail) => void line(`  ${style('green', '✓')} ${translate(what)}${!detail ? '' : ` ${style('dim', detail)}`}`),
    failed: (claim, why) => void line(`  ${style('red', '✗')} ${translate(claim)}\n    ${translate(why)}`),
    show: (text) => void line(text.replaceAll(/^/gm, `    ${style('dim', '│')} `)),
    async stream(pieces) {
      let text = '';
      for await (const piece of pieces) {
        if (text === '') out.write(`  ${style('cyan', '»')} `);
        text += piece;
        out.write(piece.replaceAll('\n', '\n    '));
      }
      if (text !== '') out.write('\n');
      answers.push(text);
      return text;
    },
    translate,
    get output() {
      return answers.join('\n');
    },
  };
}
