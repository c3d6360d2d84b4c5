import { styleText } from 'node:util';
import type { DeployEvent } from '../agent/events.ts';

export interface Output {
  write(text: string): unknown;
  isTTY?: boolean;
}

/** How a command says what it does: JSON lines, or lines for people. */
export interface Printer {
  event(event: DeployEvent): void;
  /** The result: a JSON line, or the lines given. */
  result(value: object, lines: readonly string[]): void;
}

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

export function createPrinter(out: Output, json: boolean): Printer {
  const paint = (color: 'cyan' | 'gray' | 'green' | 'red' | 'yellow', text: string): string => (out.isTTY ? styleText(color, text) : text);
  return {
    event(event) {
      if (json) {
        out.write(`${JSON.stringify(event)}\n`);
        return;
      }
      const mark = marks[event.type];
      if (mark === undefined) return;
      const time = event.ms === undefined ? '' : paint('gray', ` ${event.ms} ms`);
      out.write(
        `${paint(mark[1], mark[0])} ${event.step.padEnd(10)} ${[event.resource, event.detail].filter(Boolean).join(': ')}${time}\n`,
      );
    },
    result(value, lines) {
      if (json) out.write(`${JSON.stringify({ type: 'result', ...value })}\n`);
      else for (const line of lines) out.write(`${line}\n`);
    },
  };
}
