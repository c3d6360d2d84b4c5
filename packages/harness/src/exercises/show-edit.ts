import { verbatim } from '../messages/catalog.ts';
import type { Narrator } from '../narrator.ts';
import type { Edit } from './exercise.ts';

/** Shows the lines that an edit changes. */
export function showEdit({ file, find, replace }: Edit, say: Narrator): void {
  const [before, after] = [find.trim().split('\n'), replace.trim().split('\n')];
  const only = (lines: readonly string[], others: readonly string[]) =>
    lines.filter((line) => !others.includes(line)).map((line) => line.trim());
  say.about(verbatim(file));
  say.diff(only(before, after), only(after, before));
}
