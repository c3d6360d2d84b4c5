import stringWidth from 'fast-string-width';
import { wrap } from './wrap.ts';

export interface TableOptions {
  columns: number | undefined;
  /** Before each row. */
  indent: number;
}

/** Aligns the columns of a table by their width on the screen. The last one is wrapped. */
export function formatTable(rows: readonly (readonly string[])[], { columns, indent }: TableOptions): string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) => Math.max(...rows.map((row) => stringWidth(row[column] ?? ''))));
  return rows.map((row) => {
    const cells = row.slice(0, -1).map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - stringWidth(cell)));
    const prefix = ' '.repeat(indent) + cells.map((cell) => `${cell}  `).join('');
    return wrap(row.at(-1) ?? '', { columns, prefix }).trimEnd();
  });
}
