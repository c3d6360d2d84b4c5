import type { LogLine } from './logs/describe-log-event.ts';
import type { Language, Message } from './messages/catalog.ts';
import { t } from './messages/index.ts';
import { describeTerminal, type Output } from './terminal/describe-terminal.ts';
import { denialRows } from './terminal/denial-rows.ts';
import { parseDenial } from './terminal/parse-denial.ts';
import { printable } from './terminal/printable.ts';
import { shorten } from './terminal/shorten.ts';
import { createStatusLine } from './terminal/status-line.ts';
import { createStyle, type Tone } from './terminal/style.ts';
import { formatTable } from './terminal/table.ts';
import { withoutBundleLines } from './terminal/without-bundle-lines.ts';
import { wrapStream } from './terminal/wrap-stream.ts';
import { NO_BREAK_SPACE, wrap } from './terminal/wrap.ts';

/** Reports to the learner, in their language: why something happens, what was created, and what the agent answered. */
export interface Narrator {
  heading(text: Message): void;
  /** A sentence before something happens. */
  about(text: Message): void;
  /** One of a list of names. */
  item(text: Message): void;
  /** A sentence that must not be overlooked. */
  warn(text: Message): void;
  /** What to do next: the last line of a command. */
  next(text: Message): void;
  /** A resource that was created, changed, or deleted. */
  done(what: Message, detail?: string): void;
  /** A check of a lesson that passed. */
  passed(claim: Message): void;
  /** What could not be done, with the reason. */
  failed(what: Message, why: Message): void;
  /** What `check` found about a claim: pass or fail comes first. */
  verdict(claim: Message, why?: Message): void;
  /** Rows of a table, aligned. */
  table(rows: readonly Row[]): void;
  /** Lines that a change removes and adds. */
  diff(removed: readonly string[], added: readonly string[]): void;
  /** A line of an agent's log. */
  log(line: LogLine): void;
  /** A text to look at as it is: an expected error, a document, a link. A denial of AWS becomes a table. */
  show(text: string): void;
  /** Waits for an answer, and prints it as it arrives. Returns all of it. */
  stream(pieces: AsyncIterable<string> | Promise<AsyncIterable<string>>): Promise<string>;
  /** What is being waited for. A terminal shows it, with the time, when that takes longer than a second. */
  waitFor(text: Message): void;
  /** The end of a wait. */
  ready(): void;
  /** An error with its code, as the end of a command. */
  error(text: Message, code?: string): void;
  /** A message in the learner's language, for what has no place in the lines above. */
  text(message: Message): string;
  /** What agents have answered so far. */
  readonly output: string;
}

export interface Row {
  cells: readonly Message[];
  tone?: Tone | undefined;
  /** A line below the row. */
  note?: Message;
}

export interface NarratorOptions {
  out: Output;
  language?: Language;
  /** Complete ARNs and messages. */
  verbose?: boolean;
  /** Leaves out resources and documents: what remains is what a lesson is about. */
  brief?: boolean;
  env?: NodeJS.ProcessEnv;
}

export function createNarrator({ out, language = 'en', verbose = false, brief = false, env = process.env }: NarratorOptions): Narrator {
  const terminal = describeTerminal(out, env);
  const style = createStyle(terminal);
  const status = createStatusLine({ out, terminal });
  const isShort = terminal.interactive && !verbose;
  const short = (text: string) => (isShort ? shorten(printable(text)) : printable(text));
  const text = (message: Message) => message.in(language, short);
  const write = (lines: string) => status.above(() => void out.write(`${lines}\n`));
  const line = (prefix: string, content: string, rest?: string) =>
    write(wrap(content, { columns: terminal.columns(), prefix, ...(rest === undefined ? {} : { rest }) }));
  const bar = `    ${style('detail', '│')} `;
  const lines = (content: string) => {
    for (const one of content.split('\n')) line(bar, one, bar);
  };
  const answers: string[] = [];

  return {
    heading: (title) => line('\n', style('heading', text(title)), ''),
    // What the colon announces is left out of a brief report.
    about: (sentence) => line('  ', brief ? text(sentence).replace(/:$/, '.') : text(sentence)),
    item: (name) => line('  ', text(name), '    '),
    warn: (sentence) => line(`  ${style('warning', '!')} `, text(sentence)),
    next: (sentence) => line('\n', style('heading', text(sentence)), ''),
    done(what, detail) {
      if (!brief)
        line(
          `  ${style('pass', '✓')} `,
          `${text(what)}${detail ? ` ${style('detail', short(detail).replaceAll(' ', NO_BREAK_SPACE))}` : ''}`,
        );
    },
    passed: (claim) => line(`  ${style('pass', '✓')} `, text(claim)),
    failed(what, why) {
      line(`  ${style('fail', '✗')} `, text(what));
      line('    ', text(why));
    },
    verdict(claim, why) {
      line(`  ${why === undefined ? style('pass', text(t('check.pass'))) : style('fail', text(t('check.fail')))}  `, text(claim));
      if (why !== undefined) line('        ', text(why));
    },
    table(rows) {
      const columns = terminal.columns();
      const formatted = formatTable(
        rows.map(({ cells, tone }) => cells.map((cell, index) => (tone && index < 2 ? style(tone, text(cell)) : text(cell)))),
        { columns, indent: 2 },
      );
      for (const [index, row] of formatted.entries()) {
        write(row);
        const { note } = rows[index] ?? {};
        if (note) line('      ', text(note));
      }
    },
    diff(removed, added) {
      for (const one of removed) line(bar, style('removed', `- ${printable(one)}`), `${bar}  `);
      for (const one of added) line(bar, style('added', `+ ${printable(one)}`), `${bar}  `);
    },
    log({ time, level, text: message, fields, error, stack }) {
      const shown = level === 'ERROR' ? style('fail', level) : printable(level);
      const rest = fields.length > 0 ? ` ${style('detail', printable(fields.join(' ')))}` : '';
      line(`  ${style('detail', time)} `, `${shown}${shown && ' '}${printable(message)}${rest}`, '    ');
      if (error !== undefined) line('    ', style('fail', short(error)));
      if (verbose && stack !== undefined) line('    ', style('detail', printable(stack)));
    },
    show(given) {
      const shown = printable(given);
      const denial = parseDenial(shown);
      if (brief) return denial === undefined ? undefined : line(bar, `${text(t('denial.title'))}: ${style('fail', denial.action)}`, bar);
      if (denial === undefined) return lines(verbose ? shown : withoutBundleLines(shown));
      if (denial.context !== '') lines(short(denial.context));
      for (const row of formatTable(denialRows(denial, { text, short, style }), { columns: denialWidth(terminal.columns()), indent: 0 }))
        lines(row);
    },
    async stream(pieces) {
      let answer = '';
      const wrapped = wrapStream({ columns: terminal.columns(), indent: '    ', write: (words) => void out.write(words) });
      status.show(text(t('run.waiting.answer')));
      try {
        for await (const piece of await pieces) {
          status.hide();
          if (answer === '') out.write(`  ${style('answer', '»')} `);
          answer += piece;
          wrapped.push(printable(piece));
        }
      } finally {
        status.hide();
        wrapped.end();
      }
      if (answer !== '') out.write('\n');
      answers.push(answer);
      return answer;
    },
    waitFor: (sentence) => status.show(text(sentence)),
    ready: () => status.hide(),
    error(sentence, code) {
      status.hide();
      const denial = parseDenial(text(sentence));
      const suffix = code === undefined ? '' : ` ${style('fail', `[${code}]`)}`;
      if (denial === undefined) return line('\n', `${verbose ? text(sentence) : withoutBundleLines(text(sentence))}${suffix}`, '');
      line('\n', `${style('fail', text(t('denial.title')))}${denial.context === '' ? '' : `: ${short(denial.context)}`}${suffix}`, '');
      for (const row of formatTable(denialRows(denial, { text, short, style }), { columns: terminal.columns(), indent: 2 })) write(row);
    },
    text,
    get output() {
      return answers.join('\n');
    },
  };
}

/** Within the bar. */
const denialWidth = (columns: number | undefined) => (columns === undefined ? undefined : columns - 6);
