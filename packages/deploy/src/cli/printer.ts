import { styleText } from 'node:util';
import type { DeployEvent } from '../agent/events.ts';

export interface Output {
  write(text: string): unknown;
  isTTY?: boolean;
  /** Of a terminal, in characters. */
  columns?: number;
}

/** How a command says what it does: JSON lines, or lines for people. */
export interface Printer {
  event(event: DeployEvent): void;
  /** The result: a JSON line, or the lines given. */
  result(value: object, lines: readonly string[]): void;
  /** Takes away the line that says what is under way, if there is one. */
  close(): void;
}

/** Back to the beginning of the line, and away with it. */
const CLEAR = '\r\u001B[K';

const marks: Partial<Record<DeployEvent['type'], [mark: string, color: 'cyan' | 'gray' | 'green' | 'red' | 'yellow']>> = {
  finished: ['✓', 'green'],
  unchanged: ['=', 'gray'],
  failed: ['✗', 'red'],
  deleted: ['-', 'green'],
  undone: ['↩', 'yellow'],
  kept: ['·', 'yellow'],
  warning: ['!', 'yellow'],
  retrying: ['↻', 'yellow'],
  waiting: ['…', 'cyan'],
};

/** Some terminals say that they are 0 characters wide. */
const widthOf = ({ columns = 0 }: Output): number => (columns > 0 ? columns : 80);

export function createPrinter(out: Output, json: boolean): Printer {
  const paint = (color: 'cyan' | 'gray' | 'green' | 'red' | 'yellow', text: string): string => (out.isTTY ? styleText(color, text) : text);
  // On a terminal the last line says what is under way; it is written anew with each event.
  const underWay = new Map<DeployEvent['step'], string>();
  let shown = false;
  const hide = (): void => {
    if (shown) out.write(CLEAR);
    shown = false;
  };
  const show = (): void => {
    if (!out.isTTY || underWay.size === 0) return;
    const line = `… ${[...underWay].map(([step, detail]) => (detail === '' ? step : `${step} (${detail})`)).join(', ')}`;
    out.write(paint('cyan', line.slice(0, widthOf(out) - 1)));
    shown = true;
  };
  return {
    event(event) {
      if (json) {
        out.write(`${JSON.stringify(event)}\n`);
        return;
      }
      if (event.type === 'started') underWay.set(event.step, '');
      else if (event.type === 'progress') underWay.set(event.step, event.detail ?? '');
      else if (event.type !== 'waiting' && event.type !== 'retrying') underWay.delete(event.step);
      hide();
      const mark = marks[event.type];
      if (mark !== undefined) {
        const time = event.ms === undefined ? '' : paint('gray', ` ${event.ms} ms`);
        out.write(
          `${paint(mark[1], mark[0])} ${event.step.padEnd(10)} ${[event.resource, event.detail].filter(Boolean).join(': ')}${time}\n`,
        );
      }
      show();
    },
    result(value, lines) {
      if (json) out.write(`${JSON.stringify({ type: 'result', ...value })}\n`);
      else for (const line of lines) out.write(`${line}\n`);
    },
    close: hide,
  };
}
