import type { Language } from './messages/catalog.ts';
import { createNarrator } from './narrator.ts';
import type { Presented } from './present-error.ts';

/** Prints an error to standard error. Only a bug of ours shows its stack. */
export function printError(
  { text, code, stack }: Presented,
  { language, options }: { language: Language; options?: { verbose?: boolean } },
): void {
  createNarrator({ out: process.stderr, language, verbose: options?.verbose ?? false }).error(text, code);
  if (stack !== undefined) process.stderr.write(`${stack}\n`);
}
