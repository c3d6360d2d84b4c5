import stringWidth from 'fast-string-width';
import type { Output, Terminal } from './describe-terminal.ts';

/** The last line of a terminal: what is being waited for, and for how long. */
export interface StatusLine {
  /** Begins to wait. The line appears when that takes longer than a second. */
  show(text: string): void;
  hide(): void;
  /** Writes complete lines above it. */
  above(write: () => void): void;
}

export interface StatusLineOptions {
  out: Output;
  terminal: Terminal;
  /** Milliseconds. */
  now?: () => number;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const AFTER_MS = 1000;
const EVERY_MS = 100;

/**
 * Our own, because the libraries for this end the process at Ctrl-C or hide the cursor, and a step has to clean up first. Nothing happens where lines
 * cannot be rewritten.
 */
export function createStatusLine({ out, terminal, now = () => performance.now() }: StatusLineOptions): StatusLine {
  let waiting: { text: string; since: number } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isShown = false;
  let frame = 0;
  const clear = () => {
    if (isShown) out.write('\r\u001B[K');
    isShown = false;
  };
  const draw = () => {
    if (waiting === undefined) return;
    const ms = now() - waiting.since;
    if (ms < AFTER_MS) return;
    frame += 1;
    const seconds = `(${Math.floor(ms / 1000)} s)`;
    // The cursor needs a column of its own.
    const room = terminal.realColumns() - seconds.length - 2;
    if (room < 1) return;
    out.write(`\r\u001B[K${fit(`  ${FRAMES[frame % FRAMES.length]} ${waiting.text.replaceAll(/\s+/g, ' ')}`, room)} ${seconds}`);
    isShown = true;
  };
  return {
    show(text) {
      if (!terminal.interactive) return;
      waiting = { text, since: now() };
      timer ??= setInterval(draw, EVERY_MS).unref();
    },
    hide() {
      clearInterval(timer);
      [timer, waiting] = [undefined, undefined];
      clear();
    },
    above(write) {
      clear();
      write();
    },
  };
}

/** A line that is rewritten must not be longer than the terminal. */
function fit(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  const letters = Array.from(text).slice(0, width);
  while (letters.length > 0 && stringWidth(`${letters.join('')}…`) > width) letters.pop();
  return `${letters.join('')}…`;
}
